//! A story's tokens are SoftHSM's, if it is there: `SOFTHSM2_MODULE`, or where Debian puts it.
//! Without it the story is left out, and says so.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use testkit::prelude::Verdict;
use testkit::story::{Result, exit_with};

/// Where the story has its files: set for the process that tells it.
const FOLDER: &str = "SOFTHSM_STORY_FOLDER";
const PLACES: [&str; 3] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so",
    "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
];

/// Tells a story with the module's path and a folder for its files.
pub fn tell(run: impl FnOnce(&Path, &Path) -> Result<Verdict>) -> ExitCode {
    let named = std::env::var("SOFTHSM2_MODULE").map(PathBuf::from).ok();
    let found = named.into_iter().chain(PLACES.map(PathBuf::from)).find(|place| place.exists());
    let Some(module) = found else {
        println!("left out: no SoftHSM module was found (Debian: softhsm2)");
        return ExitCode::SUCCESS;
    };
    match std::env::var_os(FOLDER) {
        None => in_a_folder_of_its_own(),
        Some(folder) => exit_with(run(&module, Path::new(&folder))),
    }
}

/// The module reads where its tokens are from the environment that the process began with.
fn in_a_folder_of_its_own() -> ExitCode {
    let folder = std::env::temp_dir().join(format!("softhsm-story-{}", std::process::id()));
    let tokens = folder.join("tokens");
    let told = std::fs::create_dir_all(&tokens).and_then(|()| {
        let place = tokens.display();
        let conf = format!("directories.tokendir = {place}\nobjectstore.backend = file\nlog.level = ERROR\n");
        let file = folder.join("softhsm2.conf");
        std::fs::write(&file, conf)?;
        Command::new(std::env::current_exe()?).env("SOFTHSM2_CONF", file).env(FOLDER, &folder).status()
    });
    let removed = std::fs::remove_dir_all(&folder);
    match (told, removed) {
        (Ok(status), Ok(())) if status.success() => ExitCode::SUCCESS,
        (told, removed) => {
            eprintln!("the story did not end well: {told:?}, {removed:?}");
            ExitCode::FAILURE
        }
    }
}
