//! `nen workflow run`: what the Python on this machine gets.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::fs::PermissionsExt,
    process::Child,
};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    nen::Nen,
    stand_in::{KEY, StandIn},
};

/// A folder with a workflow and a program that takes the place of Python: it answers the check, then does `body`.
fn with_python(check: &str, body: &str) -> (StandIn, Nen) {
    let server = StandIn::start();
    let nen = Nen::with(&server);
    nen.write("workflow.py", "");
    python(
        &nen,
        &format!("if [ \"$1\" = -c ]; then {check}; fi\n{body}"),
    );
    (server, nen)
}

fn python(nen: &Nen, script: &str) {
    let path = nen.write("python", &format!("#!/bin/sh\n{script}\n"));
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn lines(child: &mut Child) -> impl Iterator<Item = String> + use<> {
    BufReader::new(child.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap)
}

#[test]
fn python_gets_the_workflow_its_options_and_the_login() {
    let (server, nen) = with_python(
        "exit 0",
        "printf '%s\\n' \"$@\" \"$NEN_API_URL\" \"$NEN_API_KEY\"; exit 7",
    );
    let ended = nen.run(&[
        "workflow",
        "run",
        ".",
        "--param",
        "a=b c",
        "--param",
        "n=5",
        "--params-file",
        "p.json",
        "--desktop",
        "dsk_a",
        "--model",
        "m-1",
        "--python",
        "./python",
    ]);
    let out: Vec<&str> = ended.out.lines().collect();
    assert_eq!(
        out,
        [
            "-m",
            "nen",
            "run",
            "./workflow.py",
            "--param",
            "a=b c",
            "--param",
            "n=5",
            "--params-file",
            "p.json",
            "--desktop",
            "dsk_a",
            "--model",
            "m-1",
            server.url(),
            KEY,
        ]
    );
    assert_eq!(ended.code, 7, "the exit code is the workflow's own");
}

#[test]
fn the_python_of_the_active_environment_is_taken() {
    let (_server, nen) = with_python("exit 0", "echo from the environment");
    std::fs::create_dir_all(nen.path("venv/bin")).unwrap();
    std::fs::copy(nen.path("python"), nen.path("venv/bin/python")).unwrap();
    let folder = nen.path("venv").display().to_string();
    let nen = nen.set("VIRTUAL_ENV", &folder);
    assert_eq!(nen.good(&["workflow", "run"]).out, "from the environment\n");
}

#[test]
fn the_workflow_can_be_talked_to_and_interrupted() {
    let (_server, nen) = with_python(
        "exit 0",
        "trap 'echo interrupted; exit 130' INT; read answer; echo \"got $answer\"; while :; do read more || :; done",
    );
    let mut child = nen.spawn(&["workflow", "run", "--python", "./python"]);
    let mut out = lines(&mut child);
    let mut input = child.stdin.take().unwrap();
    writeln!(input, "continue").unwrap();
    assert_eq!(out.next().as_deref(), Some("got continue"));
    kill_process(Pid::from_child(&child), Signal::INT).unwrap();
    // The shell looks at its trap between two lines.
    let _ = writeln!(input, "more");
    assert_eq!(out.next().as_deref(), Some("interrupted"));
    assert_eq!(child.wait().unwrap().code(), Some(130));
}

#[test]
fn a_python_that_will_not_do_is_explained() {
    for (check, hints) in [
        ("exit 42", &["pip install nen", "uv add nen"][..]),
        ("echo 3.9.2; exit 43", &["is Python 3.9.2", "3.11"][..]),
        (
            "echo 'ImportError: no pydantic' >&2; exit 1",
            &["ImportError: no pydantic"][..],
        ),
    ] {
        let (_server, nen) = with_python(check, "echo must not run");
        let ended = nen.run(&["workflow", "run", "--python", "./python"]);
        assert_eq!((ended.code, ended.out.as_str()), (1, ""), "{ended:?}");
        for hint in hints {
            assert!(ended.err.contains(hint), "{hint}: {ended:?}");
        }
        assert_eq!(ended.err.lines().count(), 1, "{ended:?}");
    }
    let (_server, nen) = with_python("exit 0", "");
    let ended = nen.run(&["workflow", "run", "--python", "./absent"]);
    assert!(ended.err.contains("--python"), "{ended:?}");
    assert_eq!(
        nen.run(&["workflow", "run", "absent.py", "--python", "./python"])
            .code,
        3
    );
    assert_eq!(
        nen.run(&["workflow", "run", "--param", "x", "--python", "./python"])
            .code,
        2
    );
}

#[test]
fn a_real_python_is_asked_for_the_package_itself() {
    let server = StandIn::start();
    let nen = Nen::with(&server);
    nen.write("flow/workflow.py", "");
    // Without the packages of this machine, whatever they are.
    python(&nen, "exec python3 -S \"$@\"");
    nen.write("empty/nen/data.txt", "a folder of that name is no package");
    let of = |packages: &str| {
        let packages = nen.path(packages).display().to_string();
        let mut command = vec!["workflow", "run", "flow", "--python", "./python"];
        command.extend(["--param", "a=b"]);
        let user = Nen::with(&server).set("PYTHONPATH", &packages);
        std::fs::create_dir_all(user.path("flow")).unwrap();
        std::fs::copy(nen.path("flow/workflow.py"), user.path("flow/workflow.py")).unwrap();
        std::fs::copy(nen.path("python"), user.path("python")).unwrap();
        user.run(&command)
    };
    let ended = of("empty");
    assert!(
        ended.err.contains("does not have the package nen"),
        "{ended:?}"
    );
    nen.write("packages/nen/__init__.py", "");
    nen.write(
        "packages/nen/__main__.py",
        "import sys\nprint(sys.argv[1:])",
    );
    let ended = of("packages");
    assert_eq!(
        ended.out, "['run', 'flow/workflow.py', '--param', 'a=b']\n",
        "{ended:?}"
    );
}
