//! Time and chance for the whole program. Lints forbid asking the system for either anywhere else, so that tests can fix both.

use std::sync::Arc;
use std::sync::Mutex;

use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use uuid::{Builder, Uuid};

/// Cloned freely; all clones tell the same time.
#[derive(Clone)]
pub struct Clock(Arc<Kind>);

enum Kind {
    System,
    Fixed(Box<Mutex<Fixed>>),
}

struct Fixed {
    now: i64,
    chance: StdRng,
    made: u64,
}

impl Clock {
    pub fn system() -> Self {
        Self(Arc::new(Kind::System))
    }

    /// Starts at `now` (milliseconds since 1970 UTC) and moves only when told.
    pub fn fixed(now: i64, seed: u64) -> Self {
        Self(Arc::new(Kind::Fixed(Box::new(Mutex::new(Fixed { now, chance: StdRng::seed_from_u64(seed), made: 0 })))))
    }

    /// Milliseconds since 1970 UTC.
    pub fn now(&self) -> i64 {
        match &*self.0 {
            Kind::System => system_now(),
            Kind::Fixed(fixed) => fixed.lock().expect("nobody panics while holding it").now,
        }
    }

    /// Moves a fixed clock on; the system's goes by itself.
    pub fn advance(&self, milliseconds: i64) {
        if let Kind::Fixed(fixed) = &*self.0 {
            fixed.lock().expect("nobody panics while holding it").now += milliseconds;
        }
    }

    /// A new id: UUIDv7, later ids sort after earlier ones.
    pub fn id(&self) -> Uuid {
        match &*self.0 {
            Kind::System => system_id(),
            Kind::Fixed(fixed) => {
                let mut fixed = fixed.lock().expect("nobody panics while holding it");
                fixed.made += 1;
                let mut random = [0u8; 10];
                random[2..].copy_from_slice(&fixed.made.to_be_bytes());
                Builder::from_unix_timestamp_millis(u64::try_from(fixed.now).unwrap_or(0), &random).into_uuid()
            }
        }
    }

    /// Bytes nobody can guess.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0u8; N];
        match &*self.0 {
            Kind::System => system_random(&mut bytes),
            Kind::Fixed(fixed) => fixed.lock().expect("nobody panics while holding it").chance.fill_bytes(&mut bytes),
        }
        bytes
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
fn system_now() -> i64 {
    chrono::Utc::now().timestamp_millis()
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
fn system_id() -> Uuid {
    Uuid::now_v7()
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the system")]
fn system_random(bytes: &mut [u8]) {
    rand::rng().fill_bytes(bytes);
}
