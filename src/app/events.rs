//! Live updates: ids and counters only, bounded per listener; a slow listener loses events and reads again what it shows.

use std::sync::{Arc, Mutex, PoisonError};

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

/// `None` once the server stops.
#[derive(Clone)]
pub struct Events(Arc<Mutex<Option<broadcast::Sender<Event>>>>);

impl Default for Events {
    fn default() -> Self {
        Self(Arc::new(Mutex::new(Some(broadcast::channel(BACKLOG).0))))
    }
}

impl Events {
    /// Nobody listening is fine.
    pub fn send(&self, review: Uuid, name: &'static str, data: serde_json::Value) {
        if let Some(sender) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = sender.send(Event { review, name, data });
        }
    }

    pub fn listen(&self) -> broadcast::Receiver<Event> {
        let sender = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        sender.as_ref().map_or_else(|| broadcast::channel(1).1, broadcast::Sender::subscribe)
    }

    /// Ends what every listener hears: a page that listens would keep a server that stops waiting.
    pub fn stop(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    }
}
