//! What a request asks for: the query of its address, as a scope.
//!
//! Knows nothing of the server and of what there is to ask for.

use crate::scope::Scope;

/// Reads `userId=ID` and `groupIds`, in every style that clients use for an array: one pair each,
/// commas, and brackets behind the name. Empty values count as not given; the last `userId` wins;
/// other names are ignored.
pub(super) fn scope(query: &str) -> Scope {
    let mut scope = Scope::all();
    for pair in query.split('&') {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let (name, value) = (decoded(name), decoded(value));
        let name = name.split('[').next().unwrap_or_default();
        match name {
            "userId" if !value.is_empty() => scope.user = Some(value),
            "groupIds" => {
                let ids = value.split(',').map(str::trim).filter(|id| !id.is_empty());
                scope.groups.extend(ids.map(str::to_owned));
            }
            _ => (),
        }
    }
    scope
}

/// Undoes percent-encoding. What is no percent code stays as it is.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match first {
            b'+' => bytes.push(b' '),
            b'%' => match code(after) {
                Some((byte, behind)) => {
                    bytes.push(byte);
                    rest = behind;
                }
                None => bytes.push(b'%'),
            },
            other => bytes.push(other),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// The two hexadecimal digits at the beginning, and what is behind them.
fn code(text: &[u8]) -> Option<(u8, &[u8])> {
    let ([high, low], behind) = text.split_first_chunk::<2>()?;
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let byte = digit(*high)? * 16 + digit(*low)?;
    Some((u8::try_from(byte).ok()?, behind))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::fmt::Write as _;

    fn groups(ids: &[&str]) -> Scope {
        Scope { groups: ids.iter().map(|&id| id.to_owned()).collect(), user: None }
    }

    #[test]
    fn all_styles_of_an_array_ask_for_the_same() {
        for query in [
            "groupIds=a&groupIds=b",
            "groupIds=a%2Cb",
            "groupIds=a,b",
            "groupIds[]=a&groupIds[]=b",
            "groupIds%5B%5D=a&groupIds%5B%5D=b",
            "groupIds[0]=a&groupIds[1]=b",
            "groupIds=a&userId=&groupIds=&groupIds=b&other=1",
        ] {
            assert_eq!(scope(query), groups(&["a", "b"]), "{query}");
        }
    }

    #[test]
    fn codes_and_blanks_are_decoded() {
        assert_eq!(scope("userId=a%20b").user.as_deref(), Some("a b"));
        assert_eq!(scope("userId=a+b").user.as_deref(), Some("a b"));
        assert_eq!(scope("userId=%C3%A9").user.as_deref(), Some("é"));
        assert_eq!(scope("userId=100%").user.as_deref(), Some("100%"));
        assert_eq!(scope("userId=%zz%4").user.as_deref(), Some("%zz%4"));
        assert_eq!(scope("userId=a%26b%3Dc").user.as_deref(), Some("a&b=c"));
    }

    #[test]
    fn nothing_asked_is_everything() {
        for query in ["", "userId", "userId=", "groupIds=", "groupIds=,", "x=y", "&&="] {
            assert!(scope(query).is_all(), "{query}");
        }
    }

    proptest! {
        #[test]
        fn any_id_survives_percent_encoding(id in "\\PC{1,20}") {
            let mut query = "userId=".to_owned();
            for byte in id.bytes() {
                write!(query, "%{byte:02X}").unwrap();
            }
            prop_assert_eq!(scope(&query).user, Some(id));
        }

        #[test]
        fn any_query_is_read(query in "\\PC*") {
            let read = scope(&query);
            prop_assert!(read.groups.iter().all(|id| !id.is_empty()));
        }
    }
}
