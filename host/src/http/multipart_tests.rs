//! Forms that nobody wrote down: in whatever pieces they arrive, they are what was sent, or a refusal.

use super::*;
use http_body_util::StreamBody;
use hyper::body::Frame;
use proptest::{collection::vec, prelude::*, sample::select};
use std::convert::Infallible;

const BOUNDARY: &str = "party";

/// Cases of each property.
const CASES: u32 = 200;

/// One part of a form.
#[derive(Debug, Clone)]
struct Part {
    name: Option<&'static str>,
    filename: Option<String>,
    content: Vec<u8>,
}

/// How a body arrives: pieces of these lengths, over and over, each after a wait or not.
#[derive(Debug, Clone)]
struct Arrival(Vec<(usize, bool)>);

fn at_once() -> Arrival {
    Arrival(vec![(usize::MAX, false)])
}

fn arrival() -> impl Strategy<Value = Arrival> {
    let length = prop_oneof![3 => 1_usize..4, 3 => 1_usize..40, 1 => 1_usize..5_000];
    vec((length, any::<bool>()), 1..12).prop_map(Arrival)
}

fn part() -> impl Strategy<Value = Part> {
    let name = select(
        &[
            Some("file"),
            Some("file"),
            Some("filename"),
            Some("creator_avatar_id"),
            Some("upload_token"),
            Some("later"),
            Some(""),
            None,
        ][..],
    );
    let filename = proptest::option::of(select(
        &["a-game.html", "My Game.HTML", "", "..", "x/y\\z.htm", "\u{f6}.html", "\u{65e5}"][..],
    ));
    // Nearly the delimiter, in pieces that can meet.
    let content = vec(
        prop_oneof![
            select(
                &["\r", "\n", "\r\n", "-", "--", "\r\n--", "\r\n--part", "par", "ty", "a-game.html", "fox-orange", " "]
                    [..]
            )
            .prop_map(|text| text.as_bytes().to_vec()),
            vec(any::<u8>(), 0..6),
            (prop_oneof![Just(MAX_TEXT_BYTES), 900_usize..1_200, 4_000_usize..9_000])
                .prop_map(|bytes| vec![b'x'; bytes]),
        ],
        0..6,
    )
    .prop_map(|pieces| pieces.concat());
    (name, filename, content).prop_map(|(name, filename, content)| Part {
        name,
        filename: filename.map(str::to_owned),
        content,
    })
}

fn parts() -> impl Strategy<Value = Vec<Part>> {
    let delimiter = format!("\r\n--{BOUNDARY}").into_bytes();
    let honest = move |part: &Part| {
        let body = [b"\r\n".as_slice(), &part.content].concat();
        find(&body, &delimiter).is_none()
    };
    let part = part().prop_filter("the boundary may not be in a part", honest).boxed();
    prop_oneof![6 => vec(part.clone(), 0..6), 1 => vec(part, MAX_PARTS - 2..MAX_PARTS + 2)]
}

fn find(hay: &[u8], needle: &[u8]) -> Option<usize> {
    hay.windows(needle.len()).position(|window| window == needle)
}

fn written(parts: &[Part]) -> Vec<u8> {
    let mut body = Vec::new();
    for part in parts {
        body.extend_from_slice(format!("--{BOUNDARY}\r\n").as_bytes());
        let name = part.name.map(|name| format!("; name=\"{name}\"")).unwrap_or_default();
        let filename = part.filename.as_ref().map(|name| format!("; filename=\"{name}\"")).unwrap_or_default();
        let filename = filename.replace('\\', "\\\\");
        body.extend_from_slice(format!("Content-Disposition: form-data{name}{filename}\r\n\r\n").as_bytes());
        body.extend_from_slice(&part.content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    body
}

/// What the form must be read as.
fn expected(parts: &[Part]) -> Result<Form, &'static str> {
    let (mut file, mut upload_name) = (None, None);
    let mut texts = std::collections::HashMap::new();
    for (number, part) in parts.iter().enumerate() {
        if number == MAX_PARTS {
            return Err("bad_body");
        }
        let is_file = part.name == Some("file");
        if !is_file && part.content.len() > MAX_TEXT_BYTES {
            return Err("too_large");
        }
        match part.name {
            Some("file") => {
                upload_name.clone_from(&part.filename);
                if file.replace(Bytes::from(part.content.clone())).is_some() {
                    return Err("bad_body");
                }
            }
            Some(name @ ("filename" | "creator_avatar_id" | "upload_token")) => {
                let text = String::from_utf8(part.content.clone()).map_err(|_| "bad_body")?;
                if texts.insert(name, text.trim().to_owned()).is_some() {
                    return Err("bad_body");
                }
            }
            _ => {}
        }
    }
    Ok(Form {
        file: file.ok_or("bad_body")?,
        filename: name_of(texts.remove("filename").as_deref(), upload_name.as_deref()),
        creator_avatar_id: texts.remove("creator_avatar_id"),
        upload_token: texts.remove("upload_token"),
    })
}

fn read_as(content_type: &str, body: &[u8], arrival: &Arrival) -> Result<Form, Error> {
    let mut rest = Bytes::copy_from_slice(body);
    let mut pieces = Vec::new();
    for (length, waits) in arrival.0.iter().cycle() {
        if rest.is_empty() {
            break;
        }
        pieces.push((rest.split_to(rest.len().min(*length)), *waits));
    }
    let body = futures_util::stream::unfold(pieces.into_iter(), |mut pieces| async {
        let (piece, waits) = pieces.next()?;
        if waits {
            tokio::task::yield_now().await;
        }
        Some((Ok::<_, Infallible>(Frame::data(piece)), pieces))
    });
    let request = Request::post("/").header(CONTENT_TYPE, content_type);
    let request = request.body(StreamBody::new(Box::pin(futures_util::StreamExt::fuse(body)))).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    runtime.block_on(read(&Limits::default(), request))
}

fn read_in(body: &[u8], arrival: &Arrival) -> Result<Form, Error> {
    read_as(&format!("multipart/form-data; boundary={BOUNDARY}"), body, arrival)
}

/// Forms that are nearly right, and bytes without any sense.
fn soup() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        4 => select(
            &[
                "--party\r\n",
                "\r\n--party\r\n",
                "\r\n--party--",
                "--party",
                "Content-Disposition: form-data; name=\"file\"; filename=\"a.html\"\r\n\r\n",
                "content-disposition:form-data;name=filename\r\n\r\n",
                "Content-Disposition: form-data; name=\"upload_token\"\r\nContent-Type: text/plain\r\n\r\n",
                "Content-Disposition: form-data; name=\"a\\\"b\r\n\r\n",
                "Content-Disposition: form-data; filename*=UTF-8''%ff%00",
                "X: y\r\n",
                ": \r\n",
                "\r\n\r\n",
                "\r\n",
                "\r",
                "<html>",
            ][..],
        )
        .prop_map(|text| text.as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..8),
        1 => (1_usize..3).prop_map(|thousands| vec![b'x'; thousands * 9_000]),
    ];
    vec(piece, 0..14).prop_map(|pieces| pieces.concat())
}

/// All of it between two looks of the form reader: it took that for a form that broke off.
#[test]
fn a_form_that_arrives_whole_after_a_wait_is_read() {
    let body = written(&[Part { name: Some("file"), filename: Some("a.html".into()), content: b"x".to_vec() }]);
    let form = read_in(&body, &Arrival(vec![(usize::MAX, true)])).unwrap();
    assert_eq!((form.file.as_ref(), form.filename), (b"x".as_slice(), Ok("a.html".to_owned())));
}

#[test]
fn a_form_may_have_as_many_parts_as_the_limit_says() {
    let part = Part { name: Some("file"), filename: Some("a.html".into()), content: b"x".to_vec() };
    let mut parts = vec![Part { name: Some("later"), ..part.clone() }; MAX_PARTS - 1];
    parts.push(part.clone());
    assert!(read_in(&written(&parts), &at_once()).is_ok());
    parts.push(Part { name: None, ..part });
    assert_eq!(read_in(&written(&parts), &at_once()).map_err(|error| error.code()), Err("bad_body"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: CASES, ..ProptestConfig::default() })]

    #[test]
    fn a_form_is_what_was_sent_in_whatever_pieces_it_arrives(parts in parts(), arrival in arrival()) {
        let body = written(&parts);
        let expected = expected(&parts);
        prop_assert_eq!(&read_in(&body, &at_once()).map_err(|error| error.code()), &expected);
        prop_assert_eq!(&read_in(&body, &arrival).map_err(|error| error.code()), &expected);
    }

    #[test]
    fn any_bytes_are_a_form_or_a_refusal_however_they_arrive(body in soup(), arrival in arrival()) {
        let (whole, pieces) = (read_in(&body, &at_once()), read_in(&body, &arrival));
        for read in [&whole, &pieces] {
            let code = read.as_ref().map_or_else(Error::code, |_| "");
            prop_assert!(["", "bad_body", "too_large"].contains(&code), "{read:?}");
        }
        prop_assert_eq!(whole.ok(), pieces.ok());
    }

    #[test]
    fn any_content_type_names_a_boundary_or_is_refused(content_type in "(multipart/form-data|text/plain|\\PC{0,9})(; ?(boundary|a)=(\"|')?[ -~]{0,80})?") {
        if hyper::header::HeaderValue::from_str(&content_type).is_err() {
            return Ok(());
        }
        let code = read_as(&content_type, b"--party--", &at_once()).map_or_else(|error| error.code(), |_| "");
        prop_assert!(["unsupported_media_type", "bad_body"].contains(&code), "{code:?}");
    }
}
