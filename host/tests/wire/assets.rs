//! Files as they are served: caching, ranges, policies, and nothing from outside the folders.

use crate::harness::{GAME, TestHost};

#[tokio::test]
async fn the_built_in_page_and_sdk_are_served_without_a_public_folder() {
    let host = TestHost::start().await;
    let page = host.get("/").await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.header("content-security-policy").contains("script-src 'self';"));
    let sdk = host.get("/public/maribro-sdk.js").await;
    assert_eq!((sdk.status.as_u16(), sdk.header("content-type")), (200, "text/javascript; charset=utf-8"));
    assert!(String::from_utf8_lossy(&sdk.body).contains("Maribro"));
    assert_eq!(host.get("/public/maribro-sdk.d.ts").await.status, 200);
}

#[tokio::test]
async fn files_on_disk_win_over_the_built_in_ones() {
    let folder = tempfile::tempdir().unwrap();
    let public = folder.path().join("public");
    std::fs::create_dir_all(&public).unwrap();
    std::fs::write(public.join("index.html"), "from disk").unwrap();
    let host = TestHost::start_with(|config| config.public_dir = public).await;
    assert_eq!(host.get("/").await.body, "from disk");
}

#[tokio::test]
async fn a_game_runs_under_its_own_policy() {
    let host = TestHost::start().await;
    host.drop_game("a.html", GAME).await;
    let game = host.get("/games/a.html").await;
    let expected = "sandbox allow-scripts allow-pointer-lock; default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval' \
                    blob: data:; style-src 'unsafe-inline'; img-src data: blob:; media-src data: blob:; font-src data:; \
                    worker-src blob: data:; connect-src data: blob:; base-uri 'none'; form-action 'none'; \
                    frame-ancestors 'self'";
    assert_eq!((game.header("content-security-policy"), game.header("x-content-type-options")), (expected, "nosniff"));
    let network = (game.header("connection-allowlist"), game.header("x-dns-prefetch-control"));
    assert_eq!(network, ("(response-origin)", "off"), "without an input daemon there is nobody else to connect to");
    assert_eq!(game.body, GAME);
}

#[tokio::test]
async fn a_frame_gets_nothing_when_it_navigates_itself() {
    let host = TestHost::start().await;
    host.drop_game("a.html", GAME).await;
    let status = async |site: &str, dest: &str, path: &str| {
        let headers = [("sec-fetch-site", site), ("sec-fetch-dest", dest), ("sec-fetch-mode", "navigate")];
        host.send("GET", path, &headers, "").await.status.as_u16()
    };
    for dest in ["iframe", "frame", "embed", "object", "fencedframe"] {
        for path in ["/games/a.html", "/games/a.html?round=1", "/", "/join.svg", "/api/session"] {
            assert_eq!(status("cross-site", dest, path).await, 204, "{dest} {path}");
            assert_eq!(status("same-origin", dest, path).await, 200, "{dest} {path}");
        }
    }
    assert_eq!(status("none", "document", "/games/a.html").await, 200, "an address that somebody typed");
    assert_eq!(status("cross-site", "document", "/games/a.html").await, 200, "a link in a chat");
    assert_eq!(status("cross-site", "script", "/public/maribro-sdk.js").await, 200, "what every game loads");
}

#[tokio::test]
async fn a_known_version_is_not_sent_again() {
    let host = TestHost::start().await;
    host.drop_game("a.html", GAME).await;
    for path in ["/games/a.html", "/public/maribro-sdk.js", "/api/games", "/"] {
        let first = host.get(path).await;
        let etag = first.header("etag").to_owned();
        assert!(!etag.is_empty(), "{path}");
        assert_eq!(first.header("cache-control"), "no-cache");
        let again = host.send("GET", path, &[("if-none-match", &etag)], "").await;
        assert_eq!((again.status.as_u16(), again.body.len()), (304, 0), "{path}");
        assert_eq!(host.send("GET", path, &[("if-none-match", "\"other\"")], "").await.status, 200);
    }
    let before = host.get("/games/a.html").await.header("etag").to_owned();
    std::fs::write(host.games().join("a.html"), format!("{GAME} ")).unwrap();
    assert_eq!(host.send("GET", "/games/a.html", &[("if-none-match", &before)], "").await.status, 200);
}

#[tokio::test]
async fn ranges_are_served_as_rfc_9110_says() {
    let host = TestHost::start().await;
    let text = "0123456789".repeat(10_000);
    std::fs::write(host.games().join("a.html"), &text).unwrap();
    let all = text.len();
    let cases: [(&str, u16, &str, &str); 8] = [
        ("bytes=0-9", 206, "0123456789", "bytes 0-9/100000"),
        ("bytes=99995-", 206, "56789", "bytes 99995-99999/100000"),
        ("bytes=-3", 206, "789", "bytes 99997-99999/100000"),
        ("bytes=99999-200000", 206, "9", "bytes 99999-99999/100000"),
        ("bytes=100000-", 416, "", "bytes */100000"),
        ("bytes=5-2", 416, "", "bytes */100000"),
        ("lines=1-2", 200, &text, ""),
        ("bytes=0-1,5-6", 200, &text, ""),
    ];
    for (range, status, body, described) in cases {
        let reply = host.send("GET", "/games/a.html", &[("range", range)], "").await;
        assert_eq!((reply.status.as_u16(), reply.header("content-range")), (status, described), "{range}");
        assert!(reply.body == body, "{range}: {} bytes", reply.body.len());
    }
    let head = host.send("HEAD", "/games/a.html", &[], "").await;
    assert_eq!((head.header("content-length"), head.body.len()), (all.to_string().as_str(), 0));
    let etag = head.header("etag").to_owned();
    let same = host.send("GET", "/games/a.html", &[("range", "bytes=0-0"), ("if-range", &etag)], "").await;
    let other = host.send("GET", "/games/a.html", &[("range", "bytes=0-0"), ("if-range", "\"x\"")], "").await;
    assert_eq!((same.status.as_u16(), other.status.as_u16()), (206, 200));
}

#[tokio::test]
async fn no_path_leads_out_of_the_folders() {
    let host = TestHost::start().await;
    std::fs::write(host.folder.path().join("secret.html"), "secret").unwrap();
    std::fs::write(host.games().join(".hidden.html"), "secret").unwrap();
    #[cfg(unix)]
    std::os::unix::fs::symlink(host.folder.path().join("secret.html"), host.games().join("link.html")).unwrap();
    let paths = [
        "/games/../secret.html",
        "/games/%2e%2e/secret.html",
        "/games/..%2fsecret.html",
        "/games/%2e%2e%2fsecret.html",
        "/games/..%5csecret.html",
        "/games//secret.html",
        "/games/%00.html",
        "/games/a.html%00",
        "/games/%c0%ae%c0%ae/secret.html",
        "/games/.hidden.html",
        "/games/link.html",
        "/games/",
        "/games/.",
        "/public/../data/host.key",
        "/public/%2e%2e/data/host.key",
        "/public//etc/passwd",
        "/data/session.json",
        "/public/index.html",
    ];
    for path in paths {
        let reply = host.send("GET", path, &[], "").await;
        assert_eq!(reply.code(), "not_found", "{path}");
    }
}

#[tokio::test]
async fn the_shelf_comes_gzipped_to_those_who_take_it() {
    use std::io::Read;
    let host = TestHost::start().await;
    host.drop_game("a.html", GAME).await;
    let plain = host.get("/api/games").await;
    for (asked, gzipped) in
        [("gzip, deflate, br", true), ("br;q=1.0, GZIP;q=0.5", true), ("gzip;q=0", false), ("br", false), ("", false)]
    {
        let reply = host.send("GET", "/api/games", &[("accept-encoding", asked)], "").await;
        assert_eq!(
            (reply.header("content-encoding") == "gzip", reply.header("vary")),
            (gzipped, "accept-encoding"),
            "{asked}"
        );
        let mut text = String::new();
        match gzipped {
            true => flate2::read::GzDecoder::new(&reply.body[..]).read_to_string(&mut text).unwrap(),
            false => (&reply.body[..]).read_to_string(&mut text).unwrap(),
        };
        assert_eq!(text.as_bytes(), plain.body);
        assert_eq!(reply.header("etag") == plain.header("etag"), !gzipped);
    }
}
