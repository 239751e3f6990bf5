//! What is written in place of pixels, so that they compress well: a row as it is, or its difference from its
//! neighbours. Every row says by its first byte which it is.

/// Bytes of a pixel.
const PIXEL: usize = 3;
/// Steps of colour from a pixel to the next up to this are a gradient or a photograph; larger ones are edges.
const SMOOTH: u8 = 12;
/// Fewer edges than one in so many pixels are no text.
const SPARSE: usize = 32;
/// Every so manieth row is looked at to tell what a band shows: less than the height of a small letter.
const SAMPLE: usize = 5;

/// A filter of PNG, by the number that it has there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
enum Filter {
    None = 0,
    Sub = 1,
    Up = 2,
    Average = 3,
    Paeth = 4,
}

/// What some rows show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Content {
    /// Text: whole pixels repeat.
    Drawn,
    /// Flat colours, gradients and photographs: pixels resemble their neighbours.
    Smooth,
}

/// Tells what rows show by how colour goes from pixel to pixel.
pub(super) fn content(rows: &[u8], stride: usize) -> Content {
    let (mut smooth, mut edges, mut pixels) = (0_usize, 0_usize, 0_usize);
    for row in rows.chunks_exact(stride).step_by(SAMPLE) {
        let steps = row
            .chunks_exact(PIXEL)
            .zip(row[PIXEL..].chunks_exact(PIXEL));
        for (left, pixel) in steps {
            let step = (0..PIXEL)
                .map(|n| left[n].abs_diff(pixel[n]))
                .fold(0, u8::max);
            smooth += usize::from(step != 0 && step <= SMOOTH);
            edges += usize::from(step > SMOOTH);
        }
        pixels += row.len() / PIXEL;
    }
    if edges * SPARSE > pixels && edges > smooth * 3 {
        Content::Drawn
    } else {
        Content::Smooth
    }
}

/// Rows as they are.
pub(super) fn as_they_are(rows: &[u8], stride: usize, out: &mut Vec<u8>) {
    with(rows, stride, out, |_, _| Filter::None);
}

/// Every row as the difference of each pixel from the one to its left.
pub(super) fn from_the_left(rows: &[u8], stride: usize, out: &mut Vec<u8>) {
    with(rows, stride, out, |_, _| Filter::Sub);
}

/// Every row by the filter that leaves the smallest numbers, as the specification advises for photographs.
pub(super) fn smallest(rows: &[u8], stride: usize, out: &mut Vec<u8>) {
    const ALL: [Filter; 5] = [
        Filter::Sub,
        Filter::Up,
        Filter::Average,
        Filter::Paeth,
        Filter::None,
    ];
    let mut trial = Vec::with_capacity(stride);
    with(rows, stride, out, |above, row| {
        let size = |filter: &Filter| {
            trial.clear();
            filter.apply(above, row, &mut trial);
            trial
                .iter()
                .map(|byte| u64::from(byte.cast_signed().unsigned_abs()))
                .sum::<u64>()
        };
        match above {
            // The row above belongs to another band, whose pixels may change without these.
            None => Filter::Sub,
            Some(_) => ALL.into_iter().min_by_key(size).unwrap_or(Filter::None),
        }
    });
}

fn with(
    rows: &[u8],
    stride: usize,
    out: &mut Vec<u8>,
    mut choose: impl FnMut(Option<&[u8]>, &[u8]) -> Filter,
) {
    out.clear();
    let mut above = None;
    for row in rows.chunks_exact(stride) {
        let filter = choose(above, row);
        out.push(filter as u8);
        filter.apply(above, row, out);
        above = Some(row);
    }
}

impl Filter {
    fn apply(self, above: Option<&[u8]>, row: &[u8], out: &mut Vec<u8>) {
        let (Some(above), first) = (above, PIXEL.min(row.len())) else {
            return match self {
                Self::Sub => from_left(row, out),
                _ => out.extend_from_slice(row),
            };
        };
        match self {
            Self::None => out.extend_from_slice(row),
            Self::Sub => from_left(row, out),
            Self::Up => out.extend(row.iter().zip(above).map(|(x, up)| x.wrapping_sub(*up))),
            Self::Average => {
                out.extend((0..first).map(|n| row[n].wrapping_sub(above[n] / 2)));
                let rest = row[first..].iter().zip(row).zip(&above[first..]);
                out.extend(rest.map(|((x, left), up)| {
                    x.wrapping_sub(u16::midpoint(u16::from(*left), u16::from(*up)) as u8)
                }));
            }
            Self::Paeth => {
                out.extend((0..first).map(|n| row[n].wrapping_sub(above[n])));
                let rest = row[first..]
                    .iter()
                    .zip(row)
                    .zip(above[first..].iter().zip(above));
                out.extend(
                    rest.map(|((x, left), (up, corner))| {
                        x.wrapping_sub(paeth(*left, *up, *corner))
                    }),
                );
            }
        }
    }
}

fn from_left(row: &[u8], out: &mut Vec<u8>) {
    let first = PIXEL.min(row.len());
    out.extend_from_slice(&row[..first]);
    out.extend(
        row[first..]
            .iter()
            .zip(row)
            .map(|(x, left)| x.wrapping_sub(*left)),
    );
}

/// The neighbour that is nearest to left + up - corner.
fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let [a, b, c] = [left, up, corner].map(i16::from);
    let [to_left, to_up, to_corner] = [(b - c).abs(), (a - c).abs(), (a + b - 2 * c).abs()];
    if to_left <= to_up && to_left <= to_corner {
        left
    } else if to_up <= to_corner {
        up
    } else {
        corner
    }
}
