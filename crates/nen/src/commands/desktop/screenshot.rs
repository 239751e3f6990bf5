//! `nen desktop screenshot`.

use std::{
    io::{IsTerminal, Write},
    path::PathBuf,
};

use anyhow::Context;
use clap::{Args, ValueEnum};
use nen_protocol::segment::escaped;
use serde_json::json;

use super::DesktopId;
use crate::{
    client::Client,
    exit::UsageError,
    output::{Output, human_size},
};

/// What the image should be like and where it goes.
#[derive(Debug, Args)]
pub struct ScreenshotArgs {
    #[command(flatten)]
    desktop: DesktopId,
    /// File to write, "-" for standard output [default: ./DESKTOP.FORMAT]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Image format [default: from the file's name, else png]
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Quality of JPEG and WebP
    #[arg(long, value_name = "1-100", value_parser = clap::value_parser!(u8).range(1..=100))]
    quality: Option<u8>,
    /// Scale down to this width
    #[arg(long, value_name = "PIXELS")]
    max_width: Option<u32>,
    /// Scale down to this height
    #[arg(long, value_name = "PIXELS")]
    max_height: Option<u32>,
    /// Only this part of the screen
    #[arg(long, value_name = "X,Y,W,H")]
    region: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Png,
    Jpeg,
    Webp,
}

impl Format {
    fn name(self) -> &'static str {
        match self {
            Self::Png => "png",
            Self::Jpeg => "jpeg",
            Self::Webp => "webp",
        }
    }

    fn of_file(path: &std::path::Path) -> Option<Self> {
        match path.extension()?.to_str()?.to_lowercase().as_str() {
            "png" => Some(Self::Png),
            "jpg" | "jpeg" => Some(Self::Jpeg),
            "webp" => Some(Self::Webp),
            _ => None,
        }
    }
}

/// Saves the image.
pub fn run(args: &ScreenshotArgs, client: &Client, output: &Output) -> anyhow::Result<()> {
    let to_stdout = args.output.as_deref().is_some_and(|p| p.as_os_str() == "-");
    if to_stdout && std::io::stdout().is_terminal() {
        return Err(
            UsageError("an image does not belong on a terminal; use -o FILE".into()).into(),
        );
    }
    let format = args
        .format
        .or_else(|| args.output.as_deref().and_then(Format::of_file))
        .unwrap_or(Format::Png);
    let (image, media_type) = client.bytes(&args.desktop.path(&query(args, format)))?;
    if to_stdout {
        std::io::stdout().lock().write_all(&image)?;
        return Ok(());
    }
    let file = args.output.clone().unwrap_or_else(|| {
        // The id comes from the command line: a slash in it must not choose the folder.
        PathBuf::from(format!(
            "{}.{}",
            args.desktop.id.replace('/', "_"),
            format.name()
        ))
    });
    std::fs::write(&file, &image).with_context(|| format!("cannot write {}", file.display()))?;
    if output.is_json() {
        return output.json(&json!({
            "file": file.display().to_string(), "size": image.len(), "content_type": media_type,
        }));
    }
    output.line(format!(
        "Saved {} ({})",
        file.display(),
        human_size(image.len() as u64)
    ))?;
    Ok(())
}

fn query(args: &ScreenshotArgs, format: Format) -> String {
    let mut query = format!("/screenshot?format={}", format.name());
    let numbers = [
        ("quality", args.quality.map(u32::from)),
        ("max_width", args.max_width),
        ("max_height", args.max_height),
    ];
    for (key, value) in numbers {
        if let Some(value) = value {
            query.push_str(&format!("&{key}={value}"));
        }
    }
    if let Some(region) = &args.region {
        query.push_str(&format!("&region={}", escaped(region)));
    }
    query
}
