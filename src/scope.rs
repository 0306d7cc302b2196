//! A scope of the endpoint: a user, groups, a user within groups, or everything.

use std::fmt;

/// A scope to request. Without groups and user, it means everything that the key may see.
#[derive(Clone, PartialEq, Eq, Hash, Default, Debug)]
pub struct Scope {
    /// The requested groups, in the given order.
    pub groups: Vec<String>,
    /// The requested user.
    pub user: Option<String>,
}

impl Scope {
    /// Everything the key may see.
    pub fn all() -> Self {
        Self::default()
    }

    /// One group.
    pub fn group(id: impl Into<String>) -> Self {
        Self { groups: vec![id.into()], user: None }
    }

    /// One user.
    pub fn user(id: impl Into<String>) -> Self {
        Self { groups: Vec::new(), user: Some(id.into()) }
    }

    /// Whether it means everything that the key may see.
    pub fn is_all(&self) -> bool {
        self.groups.is_empty() && self.user.is_none()
    }

    /// Parses the input of the scope picker: `all`, or words of the form `group:ID` and `user:ID`.
    /// `None` for anything else.
    pub fn parse(typed: &str) -> Option<Self> {
        if typed.trim() == "all" {
            return Some(Self::all());
        }
        let mut scope = Self::default();
        for word in typed.split_whitespace() {
            match word.split_once(':') {
                Some(("group", id)) if !id.is_empty() => scope.groups.push(id.to_owned()),
                Some(("user", id)) if !id.is_empty() && scope.user.is_none() => {
                    scope.user = Some(id.to_owned());
                }
                _ => return None,
            }
        }
        (!scope.is_all()).then_some(scope)
    }
}

impl fmt::Display for Scope {
    /// The short name of a scope without a name in the config: `class-101+class-102`, `alice`,
    /// `alice in class-101`, `everything`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.user, self.groups.is_empty()) {
            (None, true) => f.write_str("everything"),
            (None, false) => f.write_str(&self.groups.join("+")),
            (Some(user), true) => f.write_str(user),
            (Some(user), false) => write!(f, "{user} in {}", self.groups.join("+")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_typed_scope_is_read() {
        assert_eq!(Scope::parse("all"), Some(Scope::all()));
        assert_eq!(Scope::parse("group:a"), Some(Scope::group("a")));
        assert_eq!(
            Scope::parse(" user:alice  group:a group:b "),
            Some(Scope { groups: vec!["a".into(), "b".into()], user: Some("alice".into()) })
        );
        for wrong in ["", "alice", "group:", "user:a user:b", "team:x"] {
            assert_eq!(Scope::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_scope_names_itself() {
        let both = Scope { groups: vec!["a".into(), "b".into()], user: Some("alice".into()) };
        assert_eq!(both.to_string(), "alice in a+b");
        assert_eq!(Scope::all().to_string(), "everything");
        assert_eq!(Scope::group("a").to_string(), "a");
        assert_eq!(Scope::user("u").to_string(), "u");
    }
}
