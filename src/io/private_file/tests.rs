//! Files are private, whole or not there, and replace nothing that they must not.

use super::*;

fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
    let mut names: Vec<String> =
        entries.map(name).map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

fn draft(path: &Path, overwrite: Overwrite, text: &str) -> DraftFile {
    let mut draft = DraftFile::beside(path, overwrite).unwrap();
    draft.write_all(text.as_bytes()).unwrap();
    draft.settle().unwrap();
    draft
}

/// A draft with a name beside its place, as where the system has no files without one.
fn named_draft(path: &Path, text: &str) -> DraftFile {
    let mut draft = draft(path, Overwrite::Allowed, text);
    draft.overwrite = Overwrite::Never;
    draft
}

#[test]
fn a_file_is_unseen_until_it_takes_its_name_and_nothing_else_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    for overwrite in [Overwrite::Never, Overwrite::Allowed] {
        let mut draft = draft(&path, overwrite, "all of it");
        assert!(!path.exists());
        draft.take_name(&path).unwrap();
        drop(draft);
        assert_eq!(fs::read_to_string(&path).unwrap(), "all of it");
        assert_eq!(names(folder.path()), ["file"], "{overwrite:?}");
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_draft_that_is_dropped_leaves_nothing_and_what_was_there_is_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "mine").unwrap();
    for overwrite in [Overwrite::Never, Overwrite::Allowed] {
        drop(draft(&path, overwrite, "half"));
        assert_eq!(fs::read_to_string(&path).unwrap(), "mine");
        assert_eq!(names(folder.path()), ["file"]);
    }
}

#[cfg(unix)]
#[test]
fn nobody_else_can_read_it_from_the_first_byte() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("file");
    make_folder(path.parent().unwrap()).unwrap();
    let mode = |metadata: fs::Metadata| metadata.permissions().mode() & 0o777;
    assert_eq!(mode(fs::metadata(path.parent().unwrap()).unwrap()), 0o700);
    for overwrite in [Overwrite::Never, Overwrite::Allowed] {
        let mut draft = DraftFile::beside(&path, overwrite).unwrap();
        assert_eq!(mode(draft.file().metadata().unwrap()), 0o600);
        draft.take_name(&path).unwrap();
        assert_eq!(mode(fs::metadata(&path).unwrap()), 0o600);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_name_that_somebody_took_meanwhile_is_not_taken_from_him_and_another_one_can_be_tried() {
    let folder = tempfile::tempdir().unwrap();
    let (path, other) = (folder.path().join("file"), folder.path().join("other"));
    for is_named in [false, true] {
        let mut draft = if is_named {
            named_draft(&path, "late")
        } else {
            draft(&path, Overwrite::Never, "late")
        };
        fs::write(&path, "somebody was faster").unwrap();
        let error = draft.take_name(&path).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        draft.take_name(&other).unwrap();
        drop(draft);
        assert_eq!(fs::read_to_string(&path).unwrap(), "somebody was faster");
        assert_eq!(fs::read_to_string(&other).unwrap(), "late");
        assert_eq!(names(folder.path()), ["file", "other"]);
        fs::remove_file(&other).unwrap();
    }
}

#[test]
fn one_that_may_take_any_name_replaces_the_file_and_not_what_a_link_leads_to() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file");
    fs::write(&path, "old").unwrap();
    draft(&path, Overwrite::Allowed, "new").take_name(&path).unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    #[cfg(unix)]
    {
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let error = draft(&link, Overwrite::Never, "x").take_name(&link).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::AlreadyExists);
        draft(&link, Overwrite::Allowed, "newer").take_name(&link).unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_file());
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    for overwrite in [Overwrite::Never, Overwrite::Allowed] {
        let error = DraftFile::new(&folder.path().join("no"), overwrite).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }
}

#[test]
fn what_a_killed_program_left_behind_is_removed_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let names = [".sfchat-1-0.part", ".sfchat-2-0.part", "my.part", ".sfchat-"];
    let old = std::time::SystemTime::now() - std::time::Duration::from_hours(1);
    for (number, name) in names.iter().enumerate() {
        let file = fs::File::create(folder.path().join(name)).unwrap();
        if number != 1 {
            file.set_modified(old).unwrap();
        }
    }
    let used = fs::File::create(folder.path().join(".sfchat-3-0.part")).unwrap();
    used.set_modified(old).unwrap();
    used.lock().unwrap();
    drop(DraftFile::new(folder.path(), Overwrite::Allowed).unwrap());
    let mut left: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    let mut wanted: Vec<std::ffi::OsString> = vec![
        ".sfchat-".into(),
        ".sfchat-2-0.part".into(),
        ".sfchat-3-0.part".into(),
        "my.part".into(),
    ];
    wanted.sort();
    assert_eq!(left, wanted);
}
