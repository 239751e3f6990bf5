//! Files anywhere on a desktop, as its user reaches them.

use nen_e2e::Server;
use serde_json::json;

#[test]
fn a_file_is_written_where_programs_find_it_and_read_where_they_left_it() {
    let server = Server::start();
    let desktop = server.desktop();
    let (api, path) = (desktop.api(), |rest: &str| desktop.path(rest));
    let content = path("/fs/content?path=~/Reports/2026/sum%20of%20all.csv");
    for (query, text) in [("", "one\n"), ("&append=true", "two\n")] {
        let sent = api.call("PUT", &format!("{content}{query}"), &[], text.as_bytes());
        assert_eq!((sent.status, sent.text().as_str()), (204, ""));
    }
    let there = "cat ~/Reports/2026/'sum of all.csv'; stat -c '%a %U' ~/Reports/2026/*";
    assert_eq!(desktop.bash(there).trim(), "one\ntwo\n644 user");

    desktop.bash(
        "mkdir -p /tmp/out/deep; echo -n 0123456789 > /tmp/out/deep/data.bin; touch /tmp/out/x.txt",
    );
    let list = |query: &str| {
        let list = api
            .get(&path(&format!("/fs?path=/tmp/out{query}")))
            .expect(200);
        let files = list["files"].as_array().unwrap().iter();
        files
            .map(|file| file["name"].as_str().unwrap().to_owned())
            .collect::<Vec<_>>()
    };
    assert_eq!(list(""), ["x.txt"]);
    assert_eq!(list("&pattern=**/*.bin"), ["deep/data.bin"]);
    let home = api.get(&path("/fs?path=~/Reports")).expect(200);
    assert_eq!(home, json!({"path": "/home/user/Reports", "files": []}));
    let data = path("/fs/content?path=/tmp/out/deep/data.bin");
    let part = api.call("GET", &data, &[("range", "bytes=3-5")], &[]);
    assert_eq!((part.status, part.text().as_str()), (206, "345"));
    assert_eq!(part.header("content-range"), "bytes 3-5/10");
    api.get(&path("/fs?path=/tmp/none"))
        .refused(404, "/tmp/none");
}

#[test]
fn nothing_that_stands_at_a_path_makes_the_desktop_wait() {
    let server = Server::start();
    let desktop = server.desktop();
    let (api, path) = (desktop.api(), |rest: &str| desktop.path(rest));
    desktop.bash("mkfifo /tmp/pipe; ln -s /tmp/pipe /tmp/link");
    for place in ["/tmp/pipe", "/tmp/link", "/dev/zero", "/proc/self/status"] {
        let content = path(&format!("/fs/content?path={place}"));
        api.get(&content).refused(400, "not a regular file");
    }
    let onto = path("/fs/content?path=/tmp/pipe");
    api.call("PUT", &onto, &[], b"x")
        .refused(400, "not a regular file");
    let shut = path("/fs/content?path=/usr/planted");
    api.call("PUT", &shut, &[], b"x").refused(400, "may not");
    assert_eq!(
        api.get(&path("/fs?path=/tmp&pattern=p*")).expect(200)["files"],
        json!([])
    );
}
