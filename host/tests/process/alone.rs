//! Two hosts on one data folder would overwrite each other's scores: the second one ends.

use crate::{
    client::session,
    program::{Program, data},
};

#[tokio::test]
async fn a_second_host_on_one_data_folder_refuses_with_one_line_and_the_first_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let first = Program::start(folder.path());
    let file = data(folder.path()).join("session.json");
    let before = std::fs::read(&file).unwrap();
    let refused = Program::run(folder.path());
    assert_eq!(refused.status.code(), Some(1));
    let line = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(line.lines().count(), 1, "{line}");
    assert!(line.contains("in use by another host") && line.contains("--data-dir"), "{line}");
    assert!(refused.stdout.is_empty());
    assert_eq!(std::fs::read(&file).unwrap(), before, "it touched nothing");
    assert!(session(first.address).await.is_some());
}

#[test]
fn a_host_that_ended_in_any_way_leaves_no_lock() {
    let folder = tempfile::tempdir().unwrap();
    Program::start(folder.path()).kill();
    assert!(Program::start(folder.path()).stop().success());
    Program::start(folder.path()).kill();
}

#[test]
fn a_data_folder_that_is_none_is_one_clear_line() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(data(folder.path()), "a file").unwrap();
    let refused = Program::run(folder.path());
    let line = String::from_utf8(refused.stderr).unwrap();
    assert_eq!((refused.status.code(), line.lines().count()), (Some(1), 1), "{line}");
    assert!(line.contains("the data folder") && line.contains("cannot be used"), "{line}");
}
