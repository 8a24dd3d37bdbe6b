//! Disks that refuse: full ones and read-only ones. The party goes on in memory, the screens say so, and what was
//! played is on disk once it heals.

use crate::{
    client::{Stage, game, post, seat_all, session, upload},
    ledger::Ledger,
    program::{Program, data},
};
use rustix::process::geteuid;
use serde_json::{Value, json};
use std::{
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

type Deed = Box<dyn Fn()>;

/// A disk that can be made to refuse and to heal, with a host on it.
struct Disk {
    program: Program,
    /// The data folder as this test reaches it.
    data: PathBuf,
    refuse: Deed,
    heal: Deed,
}

/// Plays rounds before, while and after the disk refuses.
async fn assert_that_rounds_go_on(disk: Disk) -> Disk {
    let address = disk.program.address;
    seat_all(address).await;
    let (status, answer) = upload(address, "a.html", &game("")).await.unwrap();
    assert_eq!(status, 200, "{answer}");
    let mut ledger = Ledger::default();
    let mut stage = Stage::take(address).await.unwrap();
    play(&mut stage, &mut ledger).await;
    let before = fs::read(disk.data.join("session.json")).unwrap();
    ledger.check(&serde_json::from_slice(&before).unwrap());

    (disk.refuse)();
    play(&mut stage, &mut ledger).await;
    stage.until_problems(&json!(["scores_not_saved"])).await.unwrap();
    let (number, scores) = ledger.batch(1)[0];
    post(address, "/api/session/record_game", &json!({ "gameId": "a", "scoresBySlot": scores })).await.unwrap();
    ledger.acknowledge(number);
    play(&mut stage, &mut ledger).await;
    ledger.check(&session(address).await.unwrap());
    assert_eq!(fs::read(disk.data.join("session.json")).unwrap(), before, "the file stays whole");

    (disk.heal)();
    stage.until_problems(&json!([])).await.unwrap();
    ledger.check(&read(&disk.data));
    play(&mut stage, &mut ledger).await;
    assert_eq!(stage.problems, json!([]));
    ledger.check(&read(&disk.data));
    assert_eq!(leftovers(&disk.data), Vec::<String>::new());
    disk
}

/// A whole round on the stage; its scores are shown.
async fn play(stage: &mut Stage, ledger: &mut Ledger) {
    let round = stage.start_game("a").await.unwrap();
    let (number, scores) = ledger.batch(1)[0];
    ledger.played(number, round["id"].as_str().unwrap());
    stage.report(&round, json!({ "kind": "ended", "scoresBySlot": scores })).await.unwrap();
    let results = stage.phase("results").await.unwrap();
    assert_eq!(results["scoresBySlot"], json!(scores));
    ledger.acknowledge(number);
    stage.leave_results().await.unwrap();
    stage.leave_rating().await.unwrap();
}

fn read(data: &Path) -> Value {
    serde_json::from_slice(&fs::read(data.join("session.json")).unwrap()).unwrap()
}

fn leftovers(data: &Path) -> Vec<String> {
    let names = fs::read_dir(data).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.ends_with(".tmp")).collect()
}

/// Allows or forbids writing into a folder. Root, for whom modes mean nothing, gives that up in [`as_anybody`].
fn set_writable(folder: &Path, writable: bool) {
    fs::set_permissions(folder, fs::Permissions::from_mode(if writable { 0o755 } else { 0o555 })).unwrap();
}

/// What starts a host that modes of files hold back; `None`, and a word about it, where that cannot be had.
fn as_anybody() -> Option<&'static [&'static str]> {
    const NO_PRIVILEGE: [&str; 3] =
        ["setpriv", "--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-dac_override,-dac_read_search"];
    if !geteuid().is_root() {
        return Some(&[]);
    }
    if succeeds(Command::new(NO_PRIVILEGE[0]).args(&NO_PRIVILEGE[1..]).arg("true")) {
        return Some(&NO_PRIVILEGE);
    }
    println!("root cannot give up its privileges here without setpriv: nothing tried with modes of files");
    None
}

#[tokio::test]
async fn rounds_go_on_while_the_data_folder_is_read_only_and_are_written_when_it_is_not() {
    let Some(as_anybody) = as_anybody() else { return };
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_by(as_anybody, folder.path());
    let data = data(folder.path());
    let (refusing, healing) = (data.clone(), data.clone());
    let refuse = Box::new(move || set_writable(&refusing, false));
    let heal = Box::new(move || set_writable(&healing, true));
    let Disk { program, data, .. } = assert_that_rounds_go_on(Disk { program, data, refuse, heal }).await;
    program.kill();
    let history = read(&data)["history"].clone();
    let again = Program::start(folder.path());
    assert_eq!(session(again.address).await.unwrap()["history"], history);
}

#[tokio::test]
async fn a_host_starts_on_a_read_only_data_folder_with_what_it_holds() {
    let Some(as_anybody) = as_anybody() else { return };
    let folder = tempfile::tempdir().unwrap();
    let data = data(folder.path());
    let mut ledger = Ledger::default();
    for round in 0..2 {
        // The first start makes the folder. At the second one neither lock nor key can be made.
        if round == 1 {
            fs::remove_file(data.join("host.lock")).unwrap();
            fs::remove_file(data.join("host.key")).unwrap();
            set_writable(&data, false);
        }
        let program = Program::start_by(as_anybody, folder.path());
        if round == 0 {
            seat_all(program.address).await;
            assert_eq!(upload(program.address, "a.html", &game("")).await.unwrap().0, 200);
        }
        ledger.check(&session(program.address).await.unwrap());
        let mut stage = Stage::take(program.address).await.unwrap();
        assert_eq!(stage.hello["problems"], if round == 0 { json!([]) } else { json!(["scores_not_saved"]) });
        play(&mut stage, &mut ledger).await;
        set_writable(&data, true);
        stage.until_problems(&json!([])).await.unwrap();
        ledger.check(&read(&data));
        let second = Program::run(folder.path());
        assert_eq!(second.status.code(), Some(1), "the folder has a lock as soon as it can be written to");
        program.kill();
    }
}

/// A limit on the size of files stands for the disk: a write goes half way and then fails, as on a full one. It can be
/// set from outside and by anybody.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn rounds_go_on_while_writes_break_off_half_way_and_are_written_when_they_do_not() {
    use rustix::process::{Pid, Resource, Rlimit, prlimit};
    const HALF_A_SESSION: u64 = 500;
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start_by(&["sh", "-c", r#"trap "" XFSZ; exec "$0" "$@""#], folder.path());
    let limit = |pid: Pid, bytes: Option<u64>| {
        prlimit(Some(pid), Resource::Fsize, Rlimit { current: bytes, maximum: None }).unwrap();
    };
    let pid = program.pid();
    let refuse = Box::new(move || limit(pid, Some(HALF_A_SESSION)));
    let heal = Box::new(move || limit(pid, None));
    let disk = Disk { program, data: data(folder.path()), refuse, heal };
    let disk = assert_that_rounds_go_on(disk).await;

    // An upload is refused then, and the shelf is as it was.
    (disk.refuse)();
    let shelf = folder.path().join("games");
    let before = fs::read(shelf.join("a.html")).unwrap();
    for name in ["a.html", "b.html"] {
        let (status, answer) = upload(disk.program.address, name, &game(&"-".repeat(1000))).await.unwrap();
        assert_eq!((status.as_u16(), &answer["ok"]), (500, &json!(false)), "{answer}");
    }
    assert_eq!(fs::read(shelf.join("a.html")).unwrap(), before);
    assert_eq!(fs::read_dir(&shelf).unwrap().count(), 1);
}

/// A real file system that is really full, and one that is really mounted read-only, where a mount of its own can be
/// had: as root, or with user namespaces.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn rounds_go_on_while_a_real_disk_is_full_or_mounted_read_only() {
    const MOUNT: &str = r#"mount -t tmpfs -o size=256k none data && exec "$0" "$@""#;
    const OWN_MOUNTS: [&str; 5] = ["unshare", "--user", "--map-root-user", "--mount", "sh"];
    let probe = "mount -t tmpfs -o size=256k none /tmp";
    if !succeeds(Command::new(OWN_MOUNTS[0]).args(&OWN_MOUNTS[1..]).args(["-c", probe])) {
        println!("no mounts here: the tests with a limit and with modes stand for this one");
        return;
    }
    for way in ["full", "read-only"] {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(data(folder.path())).unwrap();
        let launcher = [&OWN_MOUNTS[..], &["-c", MOUNT]].concat();
        let program = Program::start_by(&launcher, folder.path());
        let pid = program.pid().as_raw_nonzero().to_string();
        // The mount is seen by the host alone; this is the way to its files.
        let inside = format!("/proc/{pid}/root{}", data(folder.path()).display());
        let data = PathBuf::from(inside);
        let (refuse, heal): (Deed, Deed) = if way == "full" {
            let (filler, filled) = (data.join("filler"), data.join("filler"));
            (Box::new(move || fill(&filler)), Box::new(move || fs::remove_file(&filled).unwrap()))
        } else {
            let place = super::program::data(folder.path());
            let remount = move |option: &str| {
                let mut enter = Command::new("nsenter");
                enter.args(["--preserve-credentials", "--user", "--mount", "--target", &pid, "mount", "-o"]);
                assert!(succeeds(enter.arg(format!("remount,{option}")).arg(&place)), "remounting {option}");
            };
            let again = remount.clone();
            (Box::new(move || remount("ro")), Box::new(move || again("rw")))
        };
        assert_that_rounds_go_on(Disk { program, data, refuse, heal }).await;
    }
}

/// Fills the disk that this file is on to the last byte.
#[cfg(target_os = "linux")]
fn fill(path: &Path) {
    use std::io::Write;
    let mut file = fs::File::create(path).unwrap();
    let full = std::iter::repeat_with(|| file.write(&[0; 512])).find_map(Result::err).unwrap();
    assert_eq!(full.kind(), std::io::ErrorKind::StorageFull, "{full}");
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}
