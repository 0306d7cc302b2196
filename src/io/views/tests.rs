//! A view is added, and everything else in the file stays as it was.

use std::fs;

use super::*;

fn view(name: &str, query: &str) -> View {
    View { name: name.to_owned(), query: query.to_owned() }
}

/// What saving says: the file that was written, or why not.
fn said(fact: &Fact) -> String {
    match fact {
        Fact::ViewSaved(view, _) => format!("saved {}", view.name),
        Fact::Notice(_, text) => text.clone(),
        other => panic!("{other:?}"),
    }
}

const CONFIG: &str = "# mine\n[api]\napi_key = \"secret\" # do not tell\n\n[[views]] # the first\nname = \"a\"\nquery = \"role:user\" # students\n\n[ui]\nsplit = 40\n\n[keys.transcript]\nnext-message = [\"alt-j\"]\n";

#[test]
fn a_view_is_added_and_comments_stay() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    fs::write(&path, CONFIG).unwrap();
    let hard = view("odd \"name\" = 王\t", "user:\"a b\" meta.\"k\\\"\":>5 /x\\d/");
    assert!(said(&save(&path, hard.clone(), false)).starts_with("saved"));
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with(&format!("{CONFIG}\n[[views]]\n")), "{text}");
    assert_eq!(Config::load(&text).unwrap().views, [view("a", "role:user"), hard]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
}

#[test]
fn what_is_commented_out_stays_in_its_table() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let example = include_str!("../../../config.example.toml");
    for (config, blank) in [(example.to_owned(), "\n"), (example.replace('\n', "\r\n"), "\r\n")] {
        fs::write(&path, &config).unwrap();
        assert_eq!(said(&save(&path, view("a", "x"), false)), "saved a");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(text.strip_prefix(&config).unwrap().matches(blank).count(), 4, "{text:?}");
        let text = text.replace("#theme = \"auto\"", "theme = \"dark\"");
        let config = Config::load(&text).unwrap();
        assert_eq!((config.views, config.ui.theme.name.as_str()), (vec![view("a", "x")], "dark"));
    }
    // A last line without an end is one all the same.
    fs::write(&path, "[ui]\nsplit = 40").unwrap();
    assert_eq!(said(&save(&path, view("a", "x"), false)), "saved a");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.starts_with("[ui]\nsplit = 40\n\n[[views]]\n"), "{text}");
}

#[test]
fn a_view_of_the_same_name_is_replaced_only_when_that_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    for config in [CONFIG, "views = [ { name = \"a\", query = \"x\" } ] # short\n"] {
        fs::write(&path, config).unwrap();
        let no = said(&save(&path, view("a", "role:system"), false));
        assert!(no.contains("a view of this name already"), "{no}");
        assert_eq!(fs::read_to_string(&path).unwrap(), config);
        assert_eq!(said(&save(&path, view("a", "role:system"), true)), "saved a");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(Config::load(&text).unwrap().views, [view("a", "role:system")]);
        assert!(text.contains("# students") || text.contains("# short"), "{text}");
        assert_eq!(said(&save(&path, view("b", "x"), false)), "saved b");
        let text = fs::read_to_string(&path).unwrap();
        assert_eq!(Config::load(&text).unwrap().views.len(), 2);
    }
}

#[test]
fn every_other_byte_stays() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    let added = "{ name = \"b\", query = \"x\" }";
    for (before, old, new, after) in [
        ("\u{feff}views = [", "", added, "] # none"),
        ("\"views\" = [", "", added, " # none yet\r\n]\r\n"),
        (
            "views = [\n  {query='y',name=\"a\"}",
            "",
            &format!(", {added}"),
            ", # the first\n] # all\n",
        ),
        ("\u{feff}# é\nviews = [{ name = \"b\", query = ", "'y'", "\"x\"", " }]"),
        (
            "# é\n[[views]]\nname = 'b'\n query  =  ",
            "\"\"\"y\"\"\"",
            "\"x\"",
            "# c\n\n[ui]\n#split = 1",
        ),
    ] {
        fs::write(&path, format!("{before}{old}{after}")).unwrap();
        assert_eq!(said(&save(&path, view("b", "x"), true)), "saved b");
        assert_eq!(fs::read_to_string(&path).unwrap(), format!("{before}{new}{after}"));
    }
}

#[test]
fn a_config_that_is_not_there_is_made_for_nobody_else_to_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("new").join("config.toml");
    assert_eq!(said(&save(&path, view("a", "x"), false)), "saved a");
    assert_eq!(fs::read_to_string(&path).unwrap(), "[[views]]\nname = \"a\"\nquery = \"x\"\n");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&path), 0o600);
        assert_eq!(mode(path.parent().unwrap()), 0o700);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        save(&path, view("b", "y"), false);
        assert_eq!(mode(&path), 0o640, "rights that a person gave stay");
    }
}

#[test]
fn a_config_with_mistakes_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config.toml");
    for config in ["no toml", "[ui]\nsplitt = 3\n", "views = 3\n", "[views]\nname = \"a\"\n"] {
        fs::write(&path, config).unwrap();
        let no = said(&save(&path, view("a", "x"), true));
        assert!(no.contains("it has mistakes"), "{no}");
        assert_eq!(fs::read_to_string(&path).unwrap(), config);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
    let no = said(&save(folder.path(), view("a", "x"), false));
    assert!(no.contains("is no regular file"), "{no}");
}

#[cfg(unix)]
#[test]
fn a_link_of_ours_stays_a_link() {
    let folder = tempfile::tempdir().unwrap();
    let (path, target) = (folder.path().join("config.toml"), folder.path().join("dotfile"));
    fs::write(&target, "[ui]\nsplit = 40\n").unwrap();
    std::os::unix::fs::symlink(&target, &path).unwrap();
    assert_eq!(said(&save(&path, view("a", "x"), false)), "saved a");
    assert!(fs::symlink_metadata(&path).unwrap().is_symlink());
    assert!(fs::read_to_string(&target).unwrap().contains("[[views]]"));
    fs::remove_file(&target).unwrap();
    let no = said(&save(&path, view("a", "x"), false));
    assert!(no.contains("was not saved"), "a link that leads nowhere: {no}");
}
