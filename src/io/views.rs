//! Writing a view into the config: the rest of the file stays as a person wrote it.
//!
//! The file is read, changed, checked, written beside itself for nobody else to read, and then takes
//! its own name: a reader sees the old config or the new one, never half of it. It is left alone
//! when it belongs to somebody else, when it has mistakes, and when what would be written does not
//! read back as the same settings and the one view.

use std::fs;
use std::io::{self, Write};
use std::ops::Range;
use std::path::{Path, PathBuf};

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::config::{Config, View};
use crate::port::Fact;
use crate::port::Severity;
use crate::text::clean_line_within;

use super::key::{Exposure, read_private};
use super::private_file::{DraftFile, Overwrite, make_folder};

/// The largest config.
const MOST: u64 = 1_000_000;

/// Why a view was not saved.
#[derive(Debug, thiserror::Error)]
enum Refused {
    #[error("it belongs to another user")]
    Owner,
    #[error("it has mistakes: sfchat-tui config check names them")]
    Mistakes,
    #[error("it has a view of this name already, and was changed since the start")]
    Taken,
    #[error("it would not read back as it should")]
    Unsound,
    #[error("another program changed it meanwhile; try again")]
    Changed,
    #[error("{0}")]
    Unreadable(#[from] Exposure),
    #[error("{}", super::reason(.0))]
    Io(#[from] io::Error),
}

/// Saves a view in the config at `path`, which may not be there yet. The fact for the screen.
pub fn save(path: &Path, view: View, replaces: bool) -> Fact {
    let shown = path.display().to_string();
    let shown = clean_line_within(&shown, 200).into_owned();
    match write(path, &view, replaces) {
        Ok(()) => Fact::ViewSaved(view, shown.as_str().to_owned()),
        Err(why) => {
            let said = format!("the view was not saved in {shown}: {why}");
            Fact::Notice(Severity::Warning, said)
        }
    }
}

fn write(path: &Path, view: &View, replaces: bool) -> Result<(), Refused> {
    let path = own(path)?;
    let old = read(&path)?;
    let text = old.clone().unwrap_or_default();
    let before = Config::load(&text).map_err(|_| Refused::Mistakes)?;
    let new = with_view(&text, view, replaces)?;
    let after = Config::load(&new).map_err(|_| Refused::Unsound)?;
    if !is_same(&after, &expected(before, view)) || new.len() as u64 > MOST {
        return Err(Refused::Unsound);
    }
    if let Some(folder) = path.parent().filter(|folder| *folder != Path::new("")) {
        make_folder(folder)?;
    }
    let mut draft = DraftFile::beside(&path, Overwrite::Allowed)?;
    draft.write_all(new.as_bytes())?;
    if let Ok(old) = fs::metadata(&path) {
        // The rights that a person gave stay.
        draft.file().set_permissions(old.permissions())?;
    }
    draft.settle()?;
    // What somebody wrote meanwhile is not to be lost.
    if read(&path)? != old {
        return Err(Refused::Changed);
    }
    Ok(draft.take_name(&path)?)
}

/// The file that is written: where a link of ours leads to. What is another user's is refused.
fn own(path: &Path) -> Result<PathBuf, Refused> {
    let link = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(path.to_owned()),
        metadata => metadata?,
    };
    if !is_ours(&link) {
        return Err(Refused::Owner);
    }
    if !link.is_symlink() {
        return Ok(path.to_owned());
    }
    let target = fs::canonicalize(path)?;
    if is_ours(&fs::symlink_metadata(&target)?) { Ok(target) } else { Err(Refused::Owner) }
}

#[cfg(unix)]
fn is_ours(metadata: &fs::Metadata) -> bool {
    use std::os::unix::fs::MetadataExt;
    metadata.uid() == rustix::process::geteuid().as_raw()
}

#[cfg(not(unix))]
fn is_ours(_metadata: &fs::Metadata) -> bool {
    true
}

/// The text of the config; [`None`] where there is none.
fn read(path: &Path) -> Result<Option<String>, Refused> {
    match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        _ => Ok(Some(read_private(path, MOST)?.text)),
    }
}

/// The settings that the new text has to have.
fn expected(mut config: Config, view: &View) -> Config {
    match config.views.iter_mut().find(|known| known.name == view.name) {
        Some(known) => known.query.clone_from(&view.query),
        None => config.views.push(view.clone()),
    }
    config
}

/// Whether two settings are the same, wherever they stand in their texts.
fn is_same(one: &Config, other: &Config) -> bool {
    one.to_toml("") == other.to_toml("") && one.api.api_key == other.api.api_key
}

/// The text with the view in it; every other byte stays.
fn with_view(text: &str, view: &View, replaces: bool) -> Result<String, Refused> {
    let toml = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mark = text.len() - toml.len();
    let document = DeTable::parse(toml).map_err(|_| Refused::Mistakes)?;
    let Some(views) = entry(document.get_ref(), "views") else { return Ok(appended(text, view)) };
    let DeValue::Array(list) = views.get_ref() else { return Err(Refused::Mistakes) };
    let known = list.iter().filter_map(|item| item.get_ref().as_table()).find(|table| {
        entry(table, "name").and_then(|name| name.get_ref().as_str()) == Some(&view.name)
    });
    if let Some(table) = known {
        if !replaces {
            return Err(Refused::Taken);
        }
        let query = entry(table, "query").ok_or(Refused::Mistakes)?.span();
        return spliced(text, mark + query.start..mark + query.end, &quoted(&view.query));
    }
    let inline = format!("{{ name = {}, query = {} }}", quoted(&view.name), quoted(&view.query));
    match list.iter().last().map(Spanned::span) {
        // An inline list: behind its last table, where a comma or a comment may follow.
        Some(last) if toml.get(last.clone()).is_some_and(|table| table.starts_with('{')) => {
            spliced(text, mark + last.end..mark + last.end, &format!(", {inline}"))
        }
        Some(_) => Ok(appended(text, view)),
        None => {
            let inside = mark + views.span().start + 1;
            spliced(text, inside..inside, &inline)
        }
    }
}

fn entry<'a>(table: &'a DeTable<'_>, name: &str) -> Option<&'a Spanned<DeValue<'a>>> {
    table.iter().find(|(key, _)| key.get_ref() == name).map(|(_, value)| value)
}

/// The text with these bytes replaced.
fn spliced(text: &str, bytes: Range<usize>, new: &str) -> Result<String, Refused> {
    let before = text.get(..bytes.start).ok_or(Refused::Unsound)?;
    let after = text.get(bytes.end..).ok_or(Refused::Unsound)?;
    Ok(format!("{before}{new}{after}"))
}

/// The text as a TOML string.
fn quoted(text: &str) -> String {
    toml::Value::from(text).to_string()
}

/// The text with the view at its end. Anywhere else, its header would take over settings that are
/// commented out below the header of another table.
fn appended(text: &str, view: &View) -> String {
    let (name, query) = (quoted(&view.name), quoted(&view.query));
    let blank = match text {
        "" => "",
        _ if text.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    let mut views = format!("{blank}[[views]]\nname = {name}\nquery = {query}\n");
    if text.contains("\r\n") {
        views = views.replace('\n', "\r\n");
    }
    format!("{text}{views}")
}

#[cfg(test)]
mod tests;
