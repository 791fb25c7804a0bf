//! Screening: who sees what, what a decision does, who settles. The only way a state changes.
//! Its one rule: everything here is a pure function of what it is given; the same decisions always give the same outcome.
//!
//! | module | answers |
//! |---|---|
//! | `outcome` | what do decisions and resolution amount to (the state table stands there) |
//! | `decide` | what do the answers suggest, does a verdict contradict them, may this decision be taken |
//! | `assign` | who gets which citation, in which order |
//! | `resolve` | who may settle or reopen a conflict, what a change of settings does |
//! | `agreement` | how well reviewers agree |

pub mod agreement;
pub mod assign;
pub mod decide;
pub mod outcome;
pub mod resolve;

pub use outcome::{Rules, live, outcome};
