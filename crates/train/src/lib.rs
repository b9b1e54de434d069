//! Learns dictionaries and context models.

pub mod fit;
pub mod learn;
pub mod pairs;
