use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

/// A decoded picture, three bytes a pixel.
#[derive(Clone, PartialEq, Eq)]
pub struct Image {
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    rgb: Vec<u8>,
}

impl Image {
    /// Decodes a PNG.
    pub fn from_png(bytes: &[u8]) -> Self {
        let mut decoder = png::Decoder::new(std::io::Cursor::new(bytes));
        decoder.set_transformations(png::Transformations::normalize_to_color8());
        let mut reader = decoder.read_info().expect("a PNG");
        let mut data = vec![0; reader.output_buffer_size().unwrap()];
        let info = reader.next_frame(&mut data).expect("a whole PNG");
        let rgb = match info.color_type {
            png::ColorType::Rgb => data,
            png::ColorType::Rgba => data
                .chunks_exact(4)
                .flat_map(|p| [p[0], p[1], p[2]])
                .collect(),
            other => panic!("a screenshot in {other:?}"),
        };
        Self {
            width: info.width,
            height: info.height,
            rgb,
        }
    }

    /// Pixels across and down.
    pub fn size(&self) -> (u32, u32) {
        (self.width, self.height)
    }

    /// The image of an execute reply.
    pub fn of(reply: &Value) -> Self {
        let text = reply["base64_image"]
            .as_str()
            .unwrap_or_else(|| panic!("no image in {reply}"));
        Self::from_png(&STANDARD.decode(text).expect("base64"))
    }

    /// Colour of a pixel.
    pub fn pixel(&self, x: u32, y: u32) -> [u8; 3] {
        let at = 3 * (y as usize * self.width as usize + x as usize);
        self.rgb[at..at + 3].try_into().unwrap()
    }

    /// How many pixels have this colour.
    pub fn count(&self, colour: [u8; 3]) -> usize {
        self.rgb
            .chunks_exact(3)
            .filter(|pixel| **pixel == colour)
            .count()
    }
}

impl std::fmt::Debug for Image {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Image {}x{}", self.width, self.height)
    }
}
