//! Makes sure the folder of the built web pages exists and is watched: they are embedded in the binary.
//!
//! `make web` fills it. Without it the server builds all the same and its pages say how to build them.

use std::io;

fn main() -> io::Result<()> {
    let dist = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
    std::fs::create_dir_all(dist)?;
    println!("cargo::rerun-if-changed={dist}");
    Ok(())
}
