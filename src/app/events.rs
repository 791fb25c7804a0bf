//! Live updates: ids and counters only, bounded per listener; a slow listener loses events and reads again what it shows.

use tokio::sync::broadcast;
use uuid::Uuid;

/// Events that may wait for one listener.
const BACKLOG: usize = 256;

#[derive(Clone, Debug)]
pub struct Event {
    pub review: Uuid,
    /// `job`, `progress`, `dedup`, `conflicts`.
    pub name: &'static str,
    pub data: serde_json::Value,
}

#[derive(Clone)]
pub struct Events(broadcast::Sender<Event>);

impl Default for Events {
    fn default() -> Self {
        Self(broadcast::channel(BACKLOG).0)
    }
}

impl Events {
    /// Nobody listening is fine.
    pub fn send(&self, review: Uuid, name: &'static str, data: serde_json::Value) {
        let _ = self.0.send(Event { review, name, data });
    }

    pub fn listen(&self) -> broadcast::Receiver<Event> {
        self.0.subscribe()
    }
}
