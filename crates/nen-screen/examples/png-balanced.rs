//! Encodes the pixels of PNG files anew with the `png` crate's `Balanced` and prints the number of bytes of each: what
//! the benchmark compares Nen's own files with.

use std::fs::File;
use std::io::BufReader;

#[expect(clippy::print_stdout, reason = "the number is what it is for")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in std::env::args().skip(1) {
        let mut reader = png::Decoder::new(BufReader::new(File::open(path)?)).read_info()?;
        let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
        let info = reader.next_frame(&mut pixels)?;
        let mut out = Vec::new();
        let mut encoder = png::Encoder::new(&mut out, info.width, info.height);
        encoder.set_color(info.color_type);
        encoder.set_depth(info.bit_depth);
        encoder.set_compression(png::Compression::Balanced);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pixels)?;
        writer.finish()?;
        println!("{}", out.len());
    }
    Ok(())
}
