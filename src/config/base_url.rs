//! Which addresses the key may be sent to.
//!
//! Strict on purpose: it takes the plain form `scheme://host[:port][/path]` only, so that no
//! other reader of the same text can find another host in it.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Checks the address of an endpoint: `https`, or `http` on this machine; a path prefix and a
/// slash at the end are welcome.
///
/// # Errors
/// What is wrong, without the address, which may hold a password.
pub fn check_base_url(url: &str) -> Result<(), &'static str> {
    let (scheme, rest) = url.split_once("://").ok_or("must begin with https://")?;
    let secure = match scheme.to_ascii_lowercase().as_str() {
        "https" => true,
        "http" => false,
        _ => return Err("must begin with https://"),
    };
    if url.chars().any(|c| c.is_control() || c.is_whitespace() || c == '\\') {
        return Err("must hold no blank, control character or backslash");
    }
    if rest.contains('?') {
        return Err("must hold no query (the part from `?` on)");
    }
    if rest.contains('#') {
        return Err("must hold no fragment (the part from `#` on)");
    }
    let authority = rest.split('/').next().unwrap_or_default();
    if authority.contains('@') {
        return Err("must hold no user name or password");
    }
    let host = host(authority).ok_or("must name a host, such as https://studyfetchapi.com")?;
    if !secure && !is_loopback(host) {
        return Err("must begin with https:// (http:// would send the key in clear; it is taken \
                    for this machine only: 127.0.0.1, [::1], localhost)");
    }
    Ok(())
}

/// Whether this checked address is `http` on this machine, which needs neither certificates nor
/// a proxy.
pub fn is_loopback_http(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    scheme.eq_ignore_ascii_case("http") && host(authority).is_some_and(is_loopback)
}

/// The host of `host[:port]`, when both have the form of one.
fn host(authority: &str) -> Option<&str> {
    let (host, port) = if authority.starts_with('[') {
        let end = authority.find(']')? + 1;
        authority.split_at_checked(end)?
    } else {
        authority.split_at_checked(authority.find(':').unwrap_or(authority.len()))?
    };
    let port_fits = port.is_empty()
        || port.strip_prefix(':').is_some_and(|digits| {
            digits.bytes().all(|b| b.is_ascii_digit()) && digits.parse::<u16>().is_ok()
        });
    let host_fits = match host.strip_prefix('[').and_then(|host| host.strip_suffix(']')) {
        Some(address) => address.parse::<Ipv6Addr>().is_ok(),
        None => {
            host.chars().any(char::is_alphanumeric)
                && host.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_'))
        }
    };
    (port_fits && host_fits).then_some(host)
}

fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<Ipv4Addr>().is_ok_and(|address| address.is_loopback())
        || host.parse::<Ipv6Addr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::{check_base_url, is_loopback_http};

    #[test]
    fn https_and_this_machine_are_taken() {
        for right in [
            "https://studyfetchapi.com",
            "HTTPS://studyfetchapi.com/",
            "https://example.org:8443/tutor/prefix/",
            "https://[2001:db8::1]/",
            "http://127.0.0.1:8080",
            "http://127.9.9.9/prefix",
            "http://[::1]:9",
            "http://localhost:1/",
        ] {
            assert_eq!(check_base_url(right), Ok(()), "{right}");
        }
        assert!(is_loopback_http("http://127.0.0.1:8080"));
        assert!(!is_loopback_http("https://127.0.0.1:8080"));
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (wrong, reason) in [
            ("studyfetchapi.com", "https://"),
            ("ftp://studyfetchapi.com", "https://"),
            ("http://studyfetchapi.com", "in clear"),
            ("http://127.0.0.1.evil.org", "in clear"),
            ("http://localhost.evil.org", "in clear"),
            ("http://2130706433", "in clear"),
            ("https://user:secret@host", "password"),
            ("http://127.0.0.1@evil.org", "password"),
            ("https://host/?key=secret", "query"),
            ("https://host/#x", "fragment"),
            ("https://host\\@evil.org", "backslash"),
            ("https://ho st", "blank"),
            ("https://", "host"),
            ("https:///path", "host"),
            ("https://host:port", "host"),
            ("https://host:99999", "host"),
            ("https://[::1", "host"),
            ("https://...", "host"),
        ] {
            let error = check_base_url(wrong).unwrap_err();
            assert!(error.contains(reason), "{wrong}: {error}");
            assert!(!error.contains("secret"));
        }
    }
}
