//! The drive: files in, files out, and nothing beside it.

use nen_e2e::{Server, until};
use serde_json::{Value, json};

#[test]
fn a_file_goes_in_and_comes_out_unchanged() {
    let server = Server::start();
    let desktop = server.desktop();
    let (api, path) = (desktop.api(), |rest: &str| desktop.path(rest));
    let bytes: Vec<u8> = (0..=255).cycle().take(100_000).collect();
    let before = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs_f64();

    let kind = [("content-type", "application/octet-stream")];
    let sent = api
        .call("POST", &path("/files/data.bin"), &kind, &bytes)
        .expect(200);
    assert_eq!(
        sent,
        json!({"success": true, "size": 100_000, "filename": "data.bin"})
    );
    let got = api.get(&path("/files/data.bin")).expect_raw(200);
    assert_eq!(got.body, bytes);
    assert_eq!(got.header("content-length"), "100000");
    assert_eq!(
        desktop.bash("stat -c '%s %U' /drive/data.bin").trim(),
        "100000 user"
    );

    let list = api.get(&path("/files")).expect(200);
    let files = list["files"].as_array().unwrap();
    let file = files
        .iter()
        .find(|file| file["name"] == "data.bin")
        .unwrap();
    assert_eq!(file["size"], 100_000);
    assert!((file["modified"].as_f64().unwrap() - before).abs() < 60.0);
    assert!(file.get("is_dir").is_none(), "left out when false");
    let folder = files
        .iter()
        .find(|file| file["name"] == "Downloads")
        .unwrap();
    assert_eq!(
        (&folder["is_dir"], &folder["size"]),
        (&json!(true), &json!(0))
    );

    // Again: the new one takes its place.
    api.call("POST", &path("/files/data.bin"), &kind, b"short")
        .expect(200);
    assert_eq!(desktop.download("data.bin").unwrap(), b"short");
    assert_eq!(
        api.call("POST", &path("/files/empty"), &kind, b"")
            .expect(200)["size"],
        0
    );
    assert_eq!(desktop.download("empty").unwrap(), b"");
    assert_eq!(api.delete(&path("/files/data.bin")).status, 204);
    api.get(&path("/files/data.bin")).refused(404, "data.bin");
    api.delete(&path("/files/data.bin"))
        .refused(404, "data.bin");
}

#[test]
fn folders_are_made_on_the_way_and_names_may_be_any() {
    let server = Server::start();
    let desktop = server.desktop();
    let (api, path) = (desktop.api(), |rest: &str| desktop.path(rest));
    api.call(
        "POST",
        &path("/files/a.txt?path=Documents/2026"),
        &[],
        b"deep",
    )
    .expect(200);
    assert_eq!(desktop.bash("cat /drive/Documents/2026/a.txt"), "deep");
    assert_eq!(
        api.get(&path("/files/a.txt?path=Documents/2026"))
            .expect_raw(200)
            .body,
        b"deep"
    );
    let list = api.get(&path("/files?path=Documents")).expect(200);
    assert_eq!(list["files"][0]["name"], "2026");
    api.get(&path("/files?path=Nowhere"))
        .refused(404, "Nowhere");
    api.get(&path("/files/a.txt?path=Nowhere")).refused(404, "");
    for name in [
        "mit Blank.txt",
        "ünïcödé 你好 😀",
        "-rf",
        "a'b\"c",
        "a&b=c?d#e%f",
        "…",
        ".hidden",
        &"n".repeat(255),
    ] {
        desktop.upload(name, name.as_bytes());
        assert_eq!(desktop.download(name).unwrap(), name.as_bytes(), "{name}");
        let list = api.get(&path("/files")).expect(200);
        assert!(
            list["files"]
                .as_array()
                .unwrap()
                .iter()
                .any(|file| file["name"] == name),
            "{name}"
        );
    }
    desktop.bash("mkdir /drive/empty");
    assert_eq!(
        api.get(&path("/files?path=empty")).expect(200),
        json!({"files": []})
    );
}

#[test]
fn parts_and_unchanged_files_are_not_sent_whole() {
    let server = Server::start();
    let desktop = server.desktop();
    desktop.upload("text", b"0123456789");
    let get = |headers: &[(&str, &str)]| {
        desktop
            .api()
            .call("GET", &desktop.file("text"), headers, &[])
    };
    for (range, expected, content_range) in [
        ("bytes=2-4", &b"234"[..], "bytes 2-4/10"),
        ("bytes=7-", b"789", "bytes 7-9/10"),
        ("bytes=-2", b"89", "bytes 8-9/10"),
        ("bytes=5-100", b"56789", "bytes 5-9/10"),
    ] {
        let part = get(&[("range", range)]).expect_raw(206);
        assert_eq!(part.body, expected, "{range}");
        assert_eq!(part.header("content-range"), content_range);
    }
    assert_eq!(get(&[("range", "bytes=10-")]).status, 416);
    assert_eq!(
        get(&[("range", "lines=1-2")]).body,
        b"0123456789",
        "a unit nobody knows is no range"
    );
    let whole = get(&[]).expect_raw(200);
    assert_eq!(whole.header("accept-ranges"), "bytes");
    let tag = whole.header("etag").to_owned();
    assert!(!tag.is_empty());
    assert_eq!(get(&[("if-none-match", &tag)]).status, 304);
    desktop.upload("text", b"9876543210");
    let changed = get(&[("if-none-match", &tag)]).expect_raw(200);
    assert_eq!(changed.body, b"9876543210");
    assert_ne!(changed.header("etag"), tag);
    assert_eq!(
        get(&[("range", "bytes=0-0"), ("if-range", &tag)]).body,
        b"9876543210",
        "the part of another file"
    );
}

#[test]
fn nothing_beside_the_drive_can_be_reached() {
    let server = Server::start();
    let desktop = server.desktop();
    let (api, path) = (desktop.api(), |rest: &str| desktop.path(rest));
    for (name, message) in [
        ("%2e%2e", "names a folder"),
        ("%2E", "names a folder"),
        ("..%2f..%2fetc%2fpasswd", "holds '/'"),
        ("a%5cb", "holds '\\\\'"),
        ("a%00b", "holds '\\0'"),
        ("%2Fetc%2Fpasswd", "holds '/'"),
    ] {
        for method in ["GET", "POST", "DELETE"] {
            api.call(method, &path(&format!("/files/{name}")), &[], b"")
                .refused(400, message);
        }
    }
    api.call(
        "POST",
        &path(&format!("/files/{}", "n".repeat(256))),
        &[],
        b"x",
    )
    .refused(400, "255");
    for folder in ["..", "../..", "a/../..", "%2e%2e", "a%5c..", ".", "a%00b"] {
        let reply = api.get(&path(&format!("/files?path={folder}")));
        assert_eq!(reply.status, 400, "{folder}: {reply}");
        api.call("POST", &path(&format!("/files/x?path={folder}")), &[], b"x")
            .refused(400, "path");
    }
    // What a program inside prepared must not lead out, nor into another place by name.
    desktop.bash("ln -s /etc/passwd /drive/link; ln -s / /drive/root; ln -s ../run/nen /drive/run; mkfifo /drive/pipe; ln -s /proc/self/root /drive/magic");
    for link in ["link", "root", "run", "magic", "pipe"] {
        let reply = api.get(&path(&format!("/files/{link}")));
        assert!((400..500).contains(&reply.status), "{link}: {reply}");
    }
    for folder in ["root", "root/etc", "run", "magic", "magic/etc"] {
        let list = api.get(&path(&format!("/files?path={folder}")));
        assert!((400..500).contains(&list.status), "{folder}: {list}");
        let up = api.call(
            "POST",
            &path(&format!("/files/evil?path={folder}")),
            &[],
            b"x",
        );
        assert!((400..500).contains(&up.status), "{folder}: {up}");
    }
    // Upload over a link replaces the link, not what it points to.
    desktop.bash("echo original > ~/target; ln -s /home/user/target /drive/over");
    api.call("POST", &path("/files/over"), &[], b"new");
    assert_eq!(desktop.bash("cat ~/target").trim(), "original");
}

#[test]
fn too_much_is_refused_and_nothing_is_kept() {
    let server = Server::start();
    let desktop = server.desktop();
    desktop.upload("big", b"the old one");
    let most = vec![b'x'; 100 << 20];
    let over = [&most[..], b"y"].concat();
    let reply = desktop.api().call("POST", &desktop.file("big"), &[], &over);
    reply.refused(413, "100 MiB");
    assert_eq!(
        desktop.download("big").unwrap(),
        b"the old one",
        "the old file is whole"
    );
    let list = desktop.api().get(&desktop.path("/files")).expect(200);
    let names: Vec<&Value> = list["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["name"])
        .collect();
    assert_eq!(names.len(), 2, "nothing half is left: {names:?}");
    assert_eq!(
        desktop
            .api()
            .call("POST", &desktop.file("big"), &[], &most)
            .expect(200)["size"],
        100 << 20
    );
    assert_eq!(
        desktop.bash("stat -c %s /drive/big").trim(),
        (100 << 20).to_string()
    );
}

#[test]
fn a_caller_who_hangs_up_during_an_upload_leaves_the_old_file() {
    use std::io::Write;
    let server = Server::start();
    let desktop = server.desktop();
    desktop.upload("file", b"the old one");
    let host = server.url().strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(host).unwrap();
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {}\r\ncontent-length: 1000000\r\n\r\n",
        desktop.file("file"),
        server.key()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&vec![b'z'; 300_000]).unwrap();
    drop(stream);
    until("nothing half is left", || {
        let left = desktop.bash("find /drive -type f | sort");
        (left.trim() == "/drive/file").then_some(())
    });
    assert_eq!(desktop.download("file").unwrap(), b"the old one");
}
