use std::path::Path;

use super::*;

/// A file as it would be parsed for `nen serve`, and what is wrong with it.
fn serve(mode: u32, text: &str) -> (Command, Vec<String>) {
    let file = ConfigFile::parse(Path::new("/etc/nen/nen.toml"), mode, text).unwrap();
    let (command, problems) = apply(Cli::command(), "serve", &file);
    (command, problems.iter().map(ToString::to_string).collect())
}

fn given(command: Command, flags: &[&str], id: &str) -> Vec<String> {
    let line = ["nen", "serve"].iter().chain(flags);
    let matches = command.try_get_matches_from(line).unwrap();
    let serve = matches_of(&matches, "serve").unwrap();
    let raw = serve.get_raw(id).into_iter().flatten();
    raw.map(|value| value.to_string_lossy().into_owned())
        .collect()
}

#[test]
fn the_file_is_below_flags_and_above_the_usual() {
    let (command, problems) = serve(
        0o600,
        "listen = \"0.0.0.0:80\"\nmax-desktops = 5\nexpose-host-port = [8080, 9090]\nstart-anyway = true",
    );
    assert_eq!(problems, [""; 0]);
    assert_eq!(given(command.clone(), &[], "listen"), ["0.0.0.0:80"]);
    assert_eq!(
        given(command.clone(), &["--listen=[::1]:1"], "listen"),
        ["[::1]:1"]
    );
    assert_eq!(given(command.clone(), &[], "max_desktops"), ["5"]);
    assert_eq!(
        given(command.clone(), &[], "expose_host_ports"),
        ["8080", "9090"]
    );
    // A list is replaced, not made longer.
    assert_eq!(
        given(
            command.clone(),
            &["--expose-host-port=1"],
            "expose_host_ports"
        ),
        ["1"]
    );
    assert_eq!(given(command.clone(), &[], "start_anyway"), ["true"]);
    assert_eq!(given(command, &[], "warm_pool"), ["1"]);
}

#[test]
fn an_unknown_key_is_refused_with_its_line_and_what_was_meant() {
    let (_, problems) = serve(0o600, "\n# x\nmax-desktop = 5\nport = 1\njson = true");
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(problems.iter().any(|said| {
        said == "/etc/nen/nen.toml:3: unknown setting max-desktop; did you mean max-desktops?"
    }));
    assert!(
        problems
            .iter()
            .any(|said| said.starts_with("/etc/nen/nen.toml:5: unknown setting json"))
    );
}

#[test]
fn what_the_worker_alone_has_is_known_to_the_server() {
    let (_, problems) = serve(0o600, "server = \"http://127.0.0.1:1\"");
    assert_eq!(problems, [""; 0]);
}

#[test]
fn a_wrong_value_is_refused_in_clap_s_words() {
    for (text, said) in [
        (
            "listen = \"here\"",
            "nen.toml:1: invalid value 'here' for '--listen <ADDRESS:PORT>'",
        ),
        (
            "listen = [\"127.0.0.1:1\"]",
            "nen.toml:1: listen takes one value, not a list",
        ),
        (
            "memory-limit = 1",
            "nen.toml:1: invalid value '1' for '--memory-limit <MIB>'",
        ),
        ("max-desktops = -1", "nen.toml:1: invalid value '-1'"),
        ("log-format = \"xml\"", "[possible values: text, json]"),
        (
            "start-anyway = \"yes\"",
            "nen.toml:1: start-anyway is on or off: start-anyway = true",
        ),
        (
            "expose-host-port = [80, 0]",
            "invalid value '0' for '--expose-host-port <PORT>'",
        ),
    ] {
        let (_, problems) = serve(0o600, text);
        assert!(
            problems.len() == 1 && problems[0].contains(said),
            "{text}: {problems:?}"
        );
    }
}

#[test]
fn what_is_no_table_of_settings_is_refused() {
    for (text, said) in [
        ("listen = ", "nen.toml:1: "),
        ("\n[serve]\nlisten = \"x\"", "nen.toml:2: serve: no tables"),
        (
            "listen = 2026-01-01",
            "nen.toml:1: listen: a datetime is no value",
        ),
        ("listen = \"a\"\nlisten = \"b\"", "nen.toml:2: "),
    ] {
        let path = Path::new("/etc/nen/nen.toml");
        let refused = ConfigFile::parse(path, 0o600, text)
            .unwrap_err()
            .to_string();
        assert!(refused.contains(said), "{text}: {refused}");
    }
}

#[test]
fn a_secret_that_everybody_may_read_is_refused() {
    let secret = "database = \"postgres://nen:geheim@db/nen\"";
    let (_, problems) = serve(0o644, secret);
    assert!(
        problems.len() == 1 && problems[0].contains("chmod 0600"),
        "{problems:?}"
    );
    assert!(!problems[0].contains("geheim"), "{problems:?}");
    assert_eq!(serve(0o640, secret).1, [""; 0]);
    assert_eq!(
        serve(0o644, "database = \"postgres://nen@db/nen\"").1,
        [""; 0]
    );
    let (_, problems) = serve(0o666, "max-desktops = 1");
    assert!(
        problems[0].contains("everybody may change this file"),
        "{problems:?}"
    );
}

#[test]
fn the_usual_place_need_not_be_there_and_a_named_one_must() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("nen.toml");
    assert!(
        ConfigFile::at(&Place::Usual(path.clone()))
            .unwrap()
            .is_none()
    );
    assert!(ConfigFile::at(&Place::Nowhere).unwrap().is_none());
    assert!(ConfigFile::at(&Place::Named(path.clone())).is_err());
    std::fs::write(&path, "max-desktops = 3").unwrap();
    assert!(ConfigFile::at(&Place::Named(path)).unwrap().is_some());
}

#[test]
fn the_last_flag_names_the_file_and_nothing_behind_two_hyphens() {
    let of = |words: &[&str]| Place::of(&words.iter().map(Into::into).collect::<Vec<_>>());
    assert_eq!(
        of(&["nen", "serve", "--config", "/a"]),
        Place::Named("/a".into())
    );
    assert_eq!(
        of(&["nen", "serve", "--config=/a", "--config=/b"]),
        Place::Named("/b".into())
    );
    assert_eq!(of(&["nen", "serve", "--config="]), Place::Nowhere);
    assert_ne!(
        of(&["nen", "x", "--", "--config=/a"]),
        Place::Named("/a".into())
    );
}

/// `UPDATE_CONFIG=1` writes it anew.
#[test]
fn the_example_has_every_setting() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/nen.toml");
    let text = example(&Cli::command());
    if std::env::var_os("UPDATE_CONFIG").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let stands = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        stands == text,
        "deploy/nen.toml is not what the flags are: UPDATE_CONFIG=1 cargo test --release -p nen the_example"
    );
}

/// What stands there as a default is taken when somebody removes its `#`, and changes nothing.
#[test]
fn the_example_s_defaults_are_the_defaults() {
    let command = Cli::command();
    let with_default: Vec<String> = CONFIGURED
        .iter()
        .flat_map(|name| command.find_subcommand(name).unwrap().get_arguments())
        .filter(|argument| {
            !argument.get_default_values().is_empty() || !argument.get_action().takes_values()
        })
        .filter_map(|argument| argument.get_long().map(ToOwned::to_owned))
        .collect();
    let text: String = example(&command)
        .lines()
        .filter_map(|line| line.strip_prefix('#'))
        .filter(|line| {
            let key = line.split_once(" = ").map(|(key, _)| key);
            key.is_some_and(|key| with_default.iter().any(|known| known == key))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    assert!(text.contains("max-desktops = 32\n"), "{text}");
    for name in CONFIGURED {
        let file = ConfigFile::parse(Path::new("nen.toml"), 0o644, &text).unwrap();
        let (with_file, problems) = apply(command.clone(), name, &file);
        assert_eq!(problems, []);
        let before = command.find_subcommand(name).unwrap();
        let after = with_file.find_subcommand(name).unwrap();
        for argument in before
            .get_arguments()
            .filter(|argument| is_setting(argument))
        {
            let now = after
                .get_arguments()
                .find(|other| other.get_id() == argument.get_id())
                .unwrap();
            if argument.get_action().takes_values() {
                assert_eq!(
                    now.get_default_values(),
                    argument.get_default_values(),
                    "{argument}"
                );
            }
        }
    }
}
