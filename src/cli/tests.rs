//! What the command line takes, and what it hears when it is wrong.

use std::ffi::OsString;
use std::fs;
use std::path::Path;

use super::*;

const CONFIG: &str = "[[scopes]]\nname = \"Biology\"\ngroups = [\"class-101\"]\n[[scopes]]\nname = \
                      \"Alice\"\nuser = \"alice\"\n";

/// A folder of configs with `sfchat-tui/config.toml` in it.
struct Home(tempfile::TempDir);

impl Home {
    fn with(config: &str) -> Self {
        let home = Self(tempfile::tempdir().unwrap());
        fs::create_dir(home.0.path().join("sfchat-tui")).unwrap();
        fs::write(home.config(), config).unwrap();
        home.protect(0o600);
        home
    }

    fn config(&self) -> PathBuf {
        self.0.path().join("sfchat-tui/config.toml")
    }

    fn protect(&self, mode: u32) {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(self.config(), fs::Permissions::from_mode(mode)).unwrap();
        }
    }

    fn environment<'a>(
        &'a self,
        more: &'a [(&'a str, &'a str)],
    ) -> impl Fn(&str) -> Option<OsString> + 'a {
        move |name| match name {
            "XDG_CONFIG_HOME" => Some(self.0.path().as_os_str().to_owned()),
            _ => more.iter().find(|(set, _)| *set == name).map(|(_, value)| value.into()),
        }
    }

    fn request(&self, words: &str, more: &[(&str, &str)]) -> Result<Request, Refusal> {
        resolve(arguments(words)?, &self.environment(more))
    }

    fn browse(&self, words: &str) -> Browse {
        match self.request(words, &[]) {
            Ok(Request::Browse(browse)) => *browse,
            other => panic!("{words}: {other:?}"),
        }
    }

    fn refusal(&self, words: &str) -> String {
        let refusal = self.request(words, &[]).unwrap_err();
        assert_eq!(refusal.status, USAGE, "{words}");
        refusal.text
    }

    /// Runs `config ...`: status, standard output, standard error.
    fn command(&self, words: &str, more: &[(&str, &str)]) -> (u8, String, String) {
        let Ok(Request::Config(command)) = self.request(words, more) else { panic!("{words}") };
        let (mut out, mut err) = (Vec::new(), Vec::new());
        let status =
            run_config_command(&command, &self.environment(more), &mut out, &mut err).unwrap();
        (status, String::from_utf8(out).unwrap(), String::from_utf8(err).unwrap())
    }
}

fn arguments(words: &str) -> Result<Arguments, Refusal> {
    parse(["sfchat-tui"].into_iter().chain(words.split_whitespace()).map(OsString::from))
}

fn typed(groups: &[&str], user: Option<&str>) -> Source {
    let groups = groups.iter().map(|&group| group.to_owned()).collect();
    Source::Endpoint(StartScope::Typed(Scope { groups, user: user.map(str::to_owned) }))
}

#[test]
fn the_arguments_are_consistent() {
    use clap::CommandFactory;
    Arguments::command().debug_assert();
}

#[test]
fn each_kind_of_source_is_taken() {
    let home = Home::with(CONFIG);
    for (words, source) in [
        ("", Source::Endpoint(StartScope::Named(0))),
        ("-g a -g b", typed(&["a", "b"], None)),
        ("--group=a --user u", typed(&["a"], Some("u"))),
        ("-u u", typed(&[], Some("u"))),
        ("--all", typed(&[], None)),
        ("--scope Alice", Source::Endpoint(StartScope::Named(1))),
        ("--scope alice", Source::Endpoint(StartScope::Named(1))),
        ("--file -", Source::File(FileSource::Stdin)),
        ("--demo", Source::Demo),
    ] {
        assert_eq!(home.browse(words).source, source, "{words}");
    }
    let browse = home.browse("-q -role:user --color never --log-file l");
    assert_eq!(browse.query.as_deref(), Some("-role:user"));
    assert_eq!(browse.color, Color::Never);
    assert_eq!(browse.log_file.as_deref(), Some(Path::new("l")));
}

#[test]
fn a_word_too_many_for_a_search_is_explained() {
    let said = |words: &str| arguments(words).unwrap_err().text;
    let text = said("search --demo tides moon");
    assert!(text.contains("tip: a query of several words is one argument"), "{text}");
    let text = said("search --demo -n moon");
    assert!(text.contains("tip: there is no option -n; as a query it means: without"), "{text}");
    let text = said("search -u alice tides moon");
    assert!(text.contains("several words"), "-u is an option: {text}");
    let text = said("--user search search tides moon");
    assert!(text.contains("several words"), "{text}");
    for words in ["sessions moon", "show search moon", "--user search sessions moon"] {
        let text = said(words);
        assert!(text.contains("'moon'") && !text.contains("tip: a query"), "{words}: {text}");
    }
}

#[test]
fn the_short_help_of_a_search_says_where_the_language_is() {
    let said = |words: &str| arguments(words).unwrap_err().text;
    for words in ["search -h", "search --help"] {
        let text = said(words).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains("in the language of `--help`"), "{words}: {text}");
    }
    assert!(said("search --help").contains("a metadata value"));
}

#[test]
fn two_kinds_of_source_and_other_nonsense_are_refused() {
    let home = Home::with(CONFIG);
    for (words, phrase) in [
        ("--all -g a", "cannot be used with"),
        ("--scope Biology -u u", "cannot be used with"),
        ("--demo --file x", "cannot be used with"),
        ("-u a -u b", "multiple times"),
        ("--scope Biologie", "did you mean “Biology”?"),
        ("--scope zzz", "the config names Biology, Alice"),
        ("--file /no/such/file", "could not be opened"),
        ("--file /", "is a folder"),
        ("--color blue", "auto, always, never"),
        ("-g=", "must not be empty"),
        ("--config /no/such/config", "could not be read"),
        ("demo-server --port 99999", "99999"),
        ("config", "path"),
        ("-g a config check", "takes no source"),
        ("--nonsense", "--nonsense"),
    ] {
        let text = home.refusal(words);
        assert!(text.contains(phrase), "{words}: {text}");
    }
    let text = Home::with("").refusal("");
    assert!(text.contains("nothing to read") && text.contains("--demo"), "{text}");
}

#[test]
fn there_is_no_flag_for_the_key_and_its_value_is_not_echoed() {
    for words in ["--api-key sk-SECRET", "--api-key=sk-SECRET", "--API_KEY=sk-SECRET", "--token x"]
    {
        let refusal = arguments(words).unwrap_err();
        assert_eq!(refusal.status, USAGE);
        assert!(refusal.text.contains("SFCHAT_API_KEY"), "{}", refusal.text);
        assert!(!refusal.text.contains("SECRET"));
    }
}

#[test]
fn an_argument_cannot_drive_the_terminal() {
    let refusal = arguments("--\u{1b}]0;evil\u{7}").unwrap_err();
    assert!(!refusal.text.contains(['\u{1b}', '\u{7}']), "{:?}", refusal.text);
}

#[test]
fn help_says_first_what_it_is_and_last_how_it_is_used() {
    let help = arguments("--help").unwrap_err();
    assert_eq!(help.status, 0);
    assert!(help.text.starts_with("Browse conversations"), "{}", help.text);
    assert!(help.text.contains("Examples:\n"));
    let version = arguments("--version").unwrap_err();
    assert_eq!(version.text, format!("sfchat-tui {}\n", env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_base_url_comes_from_the_flag_then_the_environment_then_the_config() {
    let home = Home::with("[api]\nbase_url = \"https://config\"");
    let url = |words: &str, more: &[(&str, &str)]| match home.request(words, more) {
        Ok(Request::Browse(browse)) => browse.config.api.base_url,
        other => panic!("{other:?}"),
    };
    let own = ("SFCHAT_BASE_URL", "https://own");
    let vendor = ("STUDYFETCH_SDK_BASE_URL", "https://vendor");
    assert_eq!(url("--all --base-url https://flag", &[own, vendor]), "https://flag");
    assert_eq!(url("--all", &[vendor, own]), "https://own");
    assert_eq!(url("--all", &[vendor, ("SFCHAT_BASE_URL", "")]), "https://vendor");
    assert_eq!(url("--all", &[]), "https://config");
    let text = home.refusal("--all --base-url http://me:SECRET@example.org");
    assert!(text.contains("--base-url") && !text.contains("SECRET"), "{text}");
    let wrong = home.request("--all", &[("SFCHAT_BASE_URL", "http://example.org")]).unwrap_err();
    assert!(wrong.text.contains("SFCHAT_BASE_URL must begin with https://"), "{}", wrong.text);
}

#[test]
fn the_config_is_found_where_it_was_said_to_be() {
    let home = Home::with(CONFIG);
    let path = |words: &str, more: &[(&str, &str)]| home.command(words, more).1;
    assert_eq!(path("config path", &[]), format!("{}\n", home.config().display()));
    assert_eq!(path("config path", &[("SFCHAT_CONFIG", "/x")]), "/x\n");
    assert_eq!(path("config path -c /y", &[("SFCHAT_CONFIG", "/x")]), "/y\n");
    let relative = |name: &str| (name == "XDG_CONFIG_HOME").then(|| OsString::from("relative"));
    assert!(!config_path(None, &relative).unwrap().starts_with("relative"));
}

#[test]
fn everything_wrong_with_the_config_is_told_at_once() {
    let text = Home::with("[api]\napi_key = 5\nsecret = \"sk-SECRET\"\n").refusal("--all");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[0].contains("config.toml:2:11: `api_key` must be a string"), "{text}");
    assert!(lines[1].contains("config.toml:3:1: unknown setting"), "{text}");
    assert!(!text.contains("SECRET"));
}

#[cfg(unix)]
#[test]
fn a_config_that_holds_the_key_is_for_its_owner_alone() {
    let home = Home::with("[api]\napi_key = \"sk-SECRET-0123456789\"");
    assert_eq!(home.browse("--all").source, typed(&[], None));
    home.protect(0o644);
    let text = home.refusal("--all");
    assert!(text.contains("chmod 600") && !text.contains("SECRET"), "{text}");
    let (status, out, err) = home.command("config check", &[]);
    assert_eq!((status, out.as_str()), (USAGE, ""));
    assert!(err.contains("chmod 600") && !err.contains("SECRET"), "{err}");
    assert_eq!(home.browse("--demo").source, Source::Demo, "the demo needs no key");
    let open = Home::with(CONFIG);
    open.protect(0o644);
    assert_eq!(open.browse("").source, Source::Endpoint(StartScope::Named(0)), "it holds no key");
}

#[cfg(unix)]
#[test]
fn init_writes_a_private_config_and_never_overwrites() {
    use std::os::unix::fs::PermissionsExt;
    let home = Home(tempfile::tempdir().unwrap());
    let (status, out, _) = home.command("config init", &[]);
    assert_eq!(status, 0);
    assert!(out.contains("config.toml was written"), "{out}");
    assert_eq!(fs::metadata(home.config()).unwrap().permissions().mode() & 0o777, 0o600);
    fs::write(home.config(), CONFIG).unwrap();
    let (status, out, err) = home.command("config init", &[]);
    assert_eq!((status, out.as_str()), (USAGE, ""));
    assert!(err.contains("already exists; nothing was written"), "{err}");
    assert_eq!(fs::read_to_string(home.config()).unwrap(), CONFIG);
}

#[test]
fn check_names_the_source_of_the_key_and_hides_the_key_and_the_proxy_password() {
    let home = Home::with(CONFIG);
    let (status, out, err) = home.command(
        "config check",
        &[
            ("SFCHAT_API_KEY", "sk-SECRET-0123456789-7f3a"),
            ("HTTPS_PROXY", "http://me:SEC@RET@proxy.example:3128"),
            ("NO_PROXY", "localhost"),
            ("SFCHAT_BASE_URL", "https://example.org/x"),
        ],
    );
    assert_eq!((status, err.as_str()), (0, ""));
    for phrase in [
        "…7f3a, from SFCHAT_API_KEY",
        "http://…@proxy.example:3128 (from HTTPS_PROXY), except localhost",
        "https://example.org/x (from SFCHAT_BASE_URL)",
        "scopes    2",
    ] {
        assert!(out.contains(phrase), "{out}");
    }
    assert!(!out.contains("SEC"), "{out}");
    let (status, _, err) = home.command("config check", &[]);
    assert_eq!(status, USAGE);
    assert!(err.contains("no key: set SFCHAT_API_KEY"), "{err}");
    // What is right is said too: the file was read, the key alone is missing.
    assert!(err.contains("config.toml (read)\n") && err.contains("key       none\n"), "{err}");
}

#[test]
fn check_tells_of_certificates_that_are_none() {
    let home = Home::with("[api]\nca_file = \"config.toml\"");
    let (status, _, err) = home.command("config check", &[("SFCHAT_API_KEY", "k")]);
    assert_eq!(status, USAGE);
    assert!(err.contains("ca_file") && err.contains("no PEM certificate"), "{err}");
}

#[test]
fn show_prints_the_settings_in_force_without_the_key() {
    let home = Home::with("[api]\napi_key = \"sk-SECRET-0123456789\"\n[ui]\nsplit = 44");
    let (status, out, err) = home.command("config show --base-url https://flag", &[]);
    assert_eq!((status, err.as_str()), (0, ""));
    assert!(out.contains("split = 44") && out.contains("https://flag"), "{out}");
    assert!(!out.contains("SECRET"), "{out}");
    assert!(Config::load(&out).is_ok(), "it reads back");
}

#[test]
fn the_demo_server_takes_its_numbers() {
    let home = Home::with("");
    let Ok(Request::DemoServer(server)) =
        home.request("demo-server --port 8080 --messages 100 --seed 7", &[])
    else {
        panic!("it is a demo server");
    };
    let wanted = DemoServer { port: 8080, messages: Some(100), seed: Some(7) };
    assert_eq!(server, wanted);
    let too_many = home.refusal("demo-server --messages 20000001");
    assert!(too_many.contains("a number from 0 to 20000000"), "{too_many}");
}

#[test]
fn a_theme_of_ones_own_is_read_and_a_wrong_one_refused_with_its_place() {
    let home = Home::with("[ui]\ntheme = \"mine\"\n");
    let said = home.refusal("--demo");
    assert!(said.contains("config.toml:2:9: `theme` names no theme"), "{said}");
    assert!(said.contains("auto, dark, light, high-contrast, colour-blind, mono"), "{said}");
    let folder = home.0.path().join("sfchat-tui/themes");
    fs::create_dir(&folder).unwrap();
    fs::write(folder.join("mint.toml"), "").unwrap();
    let said = home.refusal("--demo");
    assert!(said.contains("did you mean \"mint\"?") && said.contains("themes: mint"), "{said}");
    fs::write(folder.join("mine.toml"), "[styles]\n\nkeyy = \"red\"\n").unwrap();
    let said = home.refusal("--demo");
    assert!(said.contains("mine.toml:3:1: nothing has this name; did you mean `key`?"), "{said}");
    fs::write(folder.join("mine.toml"), [0xff]).unwrap();
    assert!(home.refusal("--demo").contains("it is not UTF-8 text"));
    fs::write(folder.join("mine.toml"), "[styles]\nkey = \"red\"\n").unwrap();
    assert!(home.browse("--demo").theme.is_some());
    let (status, shown, _) = home.command("config show", &[]);
    assert!(status == 0 && shown.contains("theme = \"mine\""), "{shown}");
}

#[test]
fn the_name_of_a_theme_leads_out_of_no_folder() {
    for name in ["../config", "/etc/passwd", "a/b", ".", "", "Dark", "a.toml"] {
        let home = Home::with(&format!("[ui]\ntheme = \"{name}\"\n"));
        let said = home.refusal("--demo");
        assert!(said.contains("config.toml:2:9: `theme` must be the name of a theme"), "{said}");
    }
    for name in ["auto", "dark", "light", "high-contrast", "colour-blind", "mono"] {
        let home = Home::with(&format!("[ui]\ntheme = \"{name}\"\n"));
        assert_eq!(home.browse("--demo").theme, None);
    }
}

fn read(home: &Home, words: &str) -> Read {
    match home.request(words, &[]) {
        Ok(Request::Read(read)) => *read,
        other => panic!("{words}: {other:?}"),
    }
}

#[test]
fn a_command_without_a_screen_takes_the_same_source_before_it_and_behind_it() {
    let home = Home::with(CONFIG);
    for words in
        ["sessions -g a -q x", "-g a sessions -q x", "-q x sessions -g a", "-g a -q x sessions"]
    {
        let read = read(&home, words);
        assert_eq!(read.setup.source, typed(&["a"], None), "{words}");
        assert_eq!(read.setup.query.as_deref(), Some("x"), "{words}");
    }
    assert_eq!(read(&home, "stats").setup.source, Source::Endpoint(StartScope::Named(0)));
    assert!(home.refusal("-g a sessions -g b").contains("before the command and behind it"));
    assert!(home.refusal("-q a fetch").contains("takes no --query"));
}

#[test]
fn an_order_is_turned_by_a_sign_or_a_word() {
    let home = Home::with(CONFIG);
    let sort = |words: &str| match read(&home, words).wanted {
        ReadCommand::Sessions(rows) => rows.sort,
        other => panic!("{other:?}"),
    };
    let by = |key, reversed| Sort { key, reversed };
    assert_eq!(sort("sessions"), by(SessionKey::LastActive, false));
    assert_eq!(sort("sessions --sort -user"), by(SessionKey::User, true));
    assert_eq!(sort("sessions --sort=-user --reverse"), by(SessionKey::User, false));
    assert_eq!(sort("sessions --sort turns --reverse"), by(SessionKey::Turns, true));
}

#[test]
fn output_is_a_file_unless_it_is_a_dash() {
    let home = Home::with(CONFIG);
    let file = |path: &str, force| Some(OutputFile { path: PathBuf::from(path), force });
    assert_eq!(read(&home, "fetch --output a.json").output, file("a.json", false));
    assert_eq!(read(&home, "fetch -o a.json --force").output, file("a.json", true));
    assert_eq!(read(&home, "fetch -o -").output, None);
    let ReadCommand::Search(search) =
        read(&home, "search -role:user -C 2 --fields text,role").wanted
    else {
        panic!("it is a search");
    };
    assert_eq!((search.wanted.as_str(), search.context), ("-role:user", 2));
    assert_eq!(search.fields, [MessageField::Text, MessageField::Role]);
}
