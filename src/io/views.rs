//! Writing a view into the config: the rest of the file stays as a person wrote it.
//!
//! The file is read, changed, checked, written beside itself for nobody else to read, and then takes
//! its own name: a reader sees the old config or the new one, never half of it. It is left alone
//! when it belongs to somebody else, when it has mistakes, and when what would be written does not
//! read back as the same settings and the one view.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, Value, value};

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
    #[error("its `views` are no list of tables")]
    Shape,
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

/// The text with the view in it, all else as it was.
fn with_view(text: &str, view: &View, replaces: bool) -> Result<String, Refused> {
    let mut document: DocumentMut = text.parse().map_err(|_| Refused::Mistakes)?;
    let views = document.entry("views").or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    match views {
        Item::ArrayOfTables(tables) => {
            let known = tables.iter().position(|table| is_named(table.get("name"), view));
            match known.and_then(|known| tables.get_mut(known)) {
                Some(_) if !replaces => return Err(Refused::Taken),
                Some(table) => set(table.entry("query").or_insert(Item::None), &view.query),
                None => return Ok(appended(text, view)),
            }
        }
        Item::Value(Value::Array(list)) => in_list(list, view, replaces)?,
        _ => return Err(Refused::Shape),
    }
    Ok(document.to_string())
}

/// The text with the view behind everything: wherever else a table began, what is commented out below the
/// header of another one would be part of it.
fn appended(text: &str, view: &View) -> String {
    let mut table = Table::new();
    table.insert("name", value(view.name.as_str()));
    table.insert("query", value(view.query.as_str()));
    let mut views = DocumentMut::new();
    views.insert("views", Item::ArrayOfTables(ArrayOfTables::from_iter([table])));
    let mut views = views.to_string();
    if !text.is_empty() {
        let has_end = text.ends_with('\n');
        views.insert_str(0, if has_end { "\n" } else { "\n\n" });
    }
    if text.contains("\r\n") {
        views = views.replace('\n', "\r\n");
    }
    format!("{text}{views}")
}

/// The same for views that are written as one list.
fn in_list(list: &mut Array, view: &View, replaces: bool) -> Result<(), Refused> {
    for known in list.iter_mut() {
        let Some(table) = known.as_inline_table_mut() else { return Err(Refused::Shape) };
        if table.get("name").and_then(Value::as_str) == Some(&view.name) {
            if !replaces {
                return Err(Refused::Taken);
            }
            table.insert("query", view.query.as_str().into());
            return Ok(());
        }
    }
    let mut table = InlineTable::new();
    table.insert("name", view.name.as_str().into());
    table.insert("query", view.query.as_str().into());
    list.push(table);
    Ok(())
}

fn is_named(name: Option<&Item>, view: &View) -> bool {
    name.and_then(Item::as_str) == Some(&view.name)
}

/// Puts another text there, and keeps the comment behind it.
fn set(item: &mut Item, text: &str) {
    let decor = item.as_value().map(|value| value.decor().clone());
    let mut new = Value::from(text);
    if let Some(decor) = decor {
        *new.decor_mut() = decor;
    }
    *item = Item::Value(new);
}

#[cfg(test)]
mod tests;
