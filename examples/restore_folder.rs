//! Restores every `.txt` file of a folder into another folder, on all cores.
//!
//! ```text
//! cargo run --release --example restore_folder -- scraped restored
//! ```

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use unspin::{Restorer, Worker};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(from), Some(to)) = (arguments.next(), arguments.next()) else {
        return Err("usage: restore_folder FROM TO".into());
    };
    fs::create_dir_all(&to)?;
    let files: Vec<PathBuf> = fs::read_dir(&from)?
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "txt"))
        .collect();

    // One restorer for all, one worker with scratch memory for each thread.
    let restorer = Restorer::new();
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..thread::available_parallelism().map_or(1, usize::from) {
            scope.spawn(|| {
                let mut worker = restorer.worker();
                while let Some(path) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                    if let Err(error) = restore(&mut worker, path, &to) {
                        eprintln!("{}: {error}", path.display());
                    }
                }
            });
        }
    });
    Ok(())
}

fn restore(worker: &mut Worker, path: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let report = worker.analyze(&text);
    let name = path.file_name().ok_or("no file name")?;
    fs::write(to.join(name), unspin::apply(&text, &report.edits))?;
    println!(
        "{}: spin {:.2}, {} edits",
        path.display(),
        report.spin.score,
        report.edits.len()
    );
    Ok(())
}
