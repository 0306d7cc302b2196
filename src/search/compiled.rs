//! A query as it was typed, parsed and compiled, ready to run.

use std::sync::Arc;

use crate::query::{self, Query, QueryError};
use crate::time::{Millis, Zone};

use super::{Matcher, compile};

/// A valid query.
#[derive(Clone, Debug)]
pub struct CompiledQuery {
    /// As it was typed.
    pub text: String,
    /// As it was parsed.
    pub query: Arc<Query>,
    /// Ready to match messages.
    pub matcher: Arc<Matcher>,
}

impl CompiledQuery {
    /// Compiles a text; `None` when it is empty.
    pub fn new(text: &str, zone: Zone, now: Millis) -> Result<Option<Self>, QueryError> {
        let Some(query) = query::parse(text)? else { return Ok(None) };
        let matcher = Arc::new(compile(&query, zone, now)?);
        Ok(Some(Self { text: text.trim().to_owned(), query: Arc::new(query), matcher }))
    }

    /// Whether any word is case-sensitive.
    pub fn minds_case(&self) -> bool {
        self.query.root().minds_case()
    }
}
