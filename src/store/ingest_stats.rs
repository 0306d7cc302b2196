//! Counts over one response, so that nothing is dropped or repaired silently.

/// Counts over one response. [`IngestStats::messages`] counts every message. A message that needed
/// several repairs counts once in [`IngestStats::repaired`] and once in each field below.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct IngestStats {
    /// Messages, including repaired ones.
    pub messages: u64,
    /// Sessions, including the one that collects messages without an id.
    pub sessions: u64,
    /// Bytes of the body after decompression.
    pub bytes: u64,
    /// `total` as declared by the server, if it was a number.
    pub declared_messages: Option<f64>,
    /// `sessionCount` as declared by the server, if it was a number.
    pub declared_sessions: Option<f64>,
    /// Messages with at least one repair.
    pub repaired: u64,
    /// `sessionId` was missing, null or empty.
    pub without_session: u64,
    /// `userId` was missing, null or empty.
    pub without_user: u64,
    /// `role` was missing, null or empty.
    pub without_role: u64,
    /// `content` was missing or null.
    pub without_text: u64,
    /// `createdAt` was missing, null or empty.
    pub without_time: u64,
    /// `createdAt` was present but unreadable.
    pub unreadable_time: u64,
    /// Fields whose type differs from the API description.
    pub wrong_type: u64,
    /// Roles other than the three known ones.
    pub unknown_role: u64,
    /// Fields missing from the API description.
    pub unknown_field: u64,
    /// Texts that were invalid Unicode or contained raw control bytes.
    pub invalid_text: u64,
    /// Elements of `messages` that were not objects; they are shown as JSON.
    pub not_an_object: u64,
}

impl IngestStats {
    /// The numbers of declared messages and sessions that did not arrive.
    pub fn missing(&self) -> (u64, u64) {
        // No honest server declares counts beyond 2^53.
        #[expect(
            clippy::cast_precision_loss,
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "see above; a negative difference becomes 0"
        )]
        let missing = |declared: Option<f64>, arrived: u64| {
            declared.map_or(0, |declared| (declared - arrived as f64).max(0.0).ceil() as u64)
        };
        (
            missing(self.declared_messages, self.messages),
            missing(self.declared_sessions, self.sessions),
        )
    }

    /// Compares the declared counts with those that arrived. `None` if they agree.
    pub fn difference(&self) -> Option<String> {
        let differs = |declared: Option<f64>, arrived: u64| {
            // No more than 2^53 messages can arrive, so the comparison is exact.
            #[expect(clippy::cast_precision_loss, reason = "see above")]
            declared.filter(|&declared| (declared - arrived as f64).abs() > f64::EPSILON)
        };
        let mut parts = Vec::new();
        if let Some(declared) = differs(self.declared_messages, self.messages) {
            parts.push(format!("{declared} messages declared, {} arrived", self.messages));
        }
        if let Some(declared) = differs(self.declared_sessions, self.sessions) {
            parts.push(format!("{declared} sessions declared, {} arrived", self.sessions));
        }
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
