//! The name of the zone that days and hours are counted in, for a report that is read elsewhere.
//!
//! The zone of the machine is named as the IANA does where the system says which it is: by `TZ`, or
//! by where `/etc/localtime` leads to. A name that shows another clock than the machine's is none.
//! Must not know what is counted.

use std::ffi::OsStr;
use std::path::Path;

use crate::io::key::Environment;
use crate::time::{Millis, Zone};

/// The file that holds the zone of the machine: a link, usually.
const LOCAL_TIME: &str = "/etc/localtime";
/// The folder in which each zone has the path that is its name.
const FOLDER: &str = "zoneinfo/";

/// The name of a zone, or how far it is ahead of universal time at the last of these instants
/// (`+02:00`), or `local` where nothing is known and there is no instant.
pub(super) fn name(zone: Zone, environment: Environment<'_>, instants: &[Millis]) -> String {
    match zone {
        Zone::Named(zone) => zone.name().to_owned(),
        Zone::Local => {
            let link = std::fs::read_link(LOCAL_TIME).ok();
            let named = of_machine(environment("TZ").as_deref(), link.as_deref());
            let named = named.filter(|named| is_same(*named, instants));
            let offset = || instants.last().and_then(|&last| zone.offset(last));
            let name = named.and_then(|named| match named {
                Zone::Named(zone) => Some(zone.name().to_owned()),
                Zone::Local => None,
            });
            name.or_else(offset).unwrap_or_else(|| "local".to_owned())
        }
    }
}

/// The zone of the machine, as the variable or else the link of the system name it.
fn of_machine(variable: Option<&OsStr>, link: Option<&Path>) -> Option<Zone> {
    let named = |text: &str| {
        let at = text.rfind(FOLDER).map_or(0, |at| at + FOLDER.len());
        let name = text.get(at..)?;
        // The folders of other countings of leap seconds hold the same names.
        let name = name.strip_prefix("posix/").or(name.strip_prefix("right/")).unwrap_or(name);
        Zone::parse(name).filter(|zone| *zone != Zone::Local)
    };
    match variable {
        Some(variable) => {
            let text = variable.to_str()?;
            named(text.strip_prefix(':').unwrap_or(text))
        }
        None => link.and_then(Path::to_str).and_then(named),
    }
}

/// Whether the zone of the machine shows the same clock at these instants.
fn is_same(zone: Zone, instants: &[Millis]) -> bool {
    instants.iter().all(|&instant| zone.offset(instant) == Zone::Local.offset(instant))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_zone_of_the_machine_is_the_one_of_its_variable_or_else_of_its_link() {
        let link = || Some(Path::new("../usr/share/zoneinfo/Europe/Vienna"));
        let named = |variable: Option<&str>, link| of_machine(variable.map(OsStr::new), link);
        assert_eq!(named(None, link()), Zone::parse("Europe/Vienna"));
        assert_eq!(named(Some("Asia/Kolkata"), link()), Zone::parse("Asia/Kolkata"));
        assert_eq!(named(Some(":Asia/Kolkata"), None), Zone::parse("Asia/Kolkata"));
        let path = "/usr/share/zoneinfo/posix/America/New_York";
        assert_eq!(named(Some(path), None), Zone::parse("America/New_York"));
        for unknown in ["", "CET-1CEST", "/home/me/mine", "local", "Nowhere/At/All"] {
            assert_eq!(named(Some(unknown), link()), None, "{unknown}");
        }
        assert_eq!(named(None, None), None);
    }

    #[test]
    fn a_zone_with_a_name_says_it_and_the_zone_of_the_machine_never_names_another_clock() {
        let nothing = |_: &str| None;
        let vienna = Zone::parse("Europe/Vienna").unwrap();
        assert_eq!(name(vienna, &nothing, &[]), "Europe/Vienna");
        // Whatever this machine's zone is, one of these is another one.
        for other in ["Pacific/Kiritimati", "Pacific/Pago_Pago"] {
            let set = |_: &str| Some(other.into());
            let said = name(Zone::Local, &set, &[0]);
            let is_it = is_same(Zone::parse(other).unwrap(), &[0]);
            assert_eq!(said == other, is_it, "{said}");
            assert!(is_it || Some(said) == Zone::Local.offset(0));
        }
    }
}
