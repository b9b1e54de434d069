//! Restores the original English of text that went through an article spinner.
#![deny(missing_docs)]

mod artefact;
mod block;
pub mod context;
mod cost;
mod decide;
pub mod dict;
mod document;
mod edit;
mod error;
mod lattice;
mod report;
mod restorer;
mod scan;
mod slot;
mod sound;
mod stream;
mod surface;
pub mod token;
mod vocabulary;
mod worker;

pub use crate::context::Model;
pub use crate::dict::Dictionary;
pub use crate::edit::{apply, Alternative, Edit};
pub use crate::error::{ArtefactError, ArtefactErrorKind, Error, SourceError};
pub use crate::report::{Report, Spin, Tell};
pub use crate::restorer::{Assume, Restorer, RestorerBuilder};
pub use crate::stream::StreamReport;
pub use crate::worker::{Candidate, Decision, Worker};
