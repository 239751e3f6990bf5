//! What a model sees of a screen, and the way between its coordinates and the screen's.

use serde_json::{Value, json};

use crate::action::ActionCall;
use crate::geometry::MAX_SIDE;
use crate::image::ImageOptions;
use crate::{Invalid, Point, Size};

/// How a model sees a screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sight {
    /// Longest side of an image in pixels that reaches the model as it is.
    pub long_side: u32,
    /// Longest short side in pixels.
    pub short_side: u32,
    /// Most pixels.
    pub pixels: u64,
    /// The grid the model counts in whatever the image's size is; none for the image's own pixels.
    pub grid: Option<Size>,
}

/// The way between the pixels of a screen and what a model counts in: the pixels of the image it is
/// shown, which is smaller when the screen is larger than the model can see, or a fixed grid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Scale {
    screen: Size,
    image: Size,
    space: Size,
}

impl Scale {
    /// For a screen and a model's sight.
    pub fn new(screen: Size, sight: &Sight) -> Self {
        let image = shown(screen, sight);
        Self {
            screen,
            image,
            space: sight.grid.unwrap_or(image),
        }
    }

    /// For a screen and the size that somebody told the model it has, which must have the screen's proportions: an image
    /// of it is what the model counts in.
    pub fn declared(screen: Size, display: Size, grid: Option<Size>) -> Result<Self, Invalid> {
        let image = screen.fit(Some(display.width), None);
        if image != display {
            return Err(Invalid(format!(
                "a display of {}x{} has not the proportions of the screen, which is {}x{}, or is larger: an image of it is {}x{} then",
                display.width,
                display.height,
                screen.width,
                screen.height,
                image.width,
                image.height
            )));
        }
        Ok(Self {
            screen,
            image,
            space: grid.unwrap_or(image),
        })
    }

    /// The size that images have.
    pub fn image(&self) -> Size {
        self.image
    }

    /// What the model's coordinates go over.
    pub fn space(&self) -> Size {
        self.space
    }

    /// How images have to be asked for.
    pub fn image_options(&self) -> ImageOptions {
        ImageOptions {
            // The width alone decides: with both sides given, rounding could make it smaller still.
            max_width: (self.image != self.screen).then_some(self.image.width),
            ..ImageOptions::default()
        }
    }

    /// The pixel of the screen in the middle of what the model points at.
    pub fn to_screen(&self, point: Point) -> Point {
        Point {
            x: middle(point.x, self.space.width, self.screen.width),
            y: middle(point.y, self.space.height, self.screen.height),
        }
    }

    /// What the model calls a pixel of the screen.
    pub fn to_model(&self, point: Point) -> Point {
        Point {
            x: middle(point.x, self.screen.width, self.space.width),
            y: middle(point.y, self.screen.height, self.space.height),
        }
    }

    /// A call of the model's in pixels of the screen. It must have been checked against [`Self::space`].
    pub fn call_to_screen(&self, call: &ActionCall) -> ActionCall {
        let mut call = call.clone();
        if self.space == self.screen || call.tool != "computer" {
            return call;
        }
        for (name, value) in &mut call.params {
            match (name.as_str(), value) {
                ("coordinate" | "start_coordinate", value) => self.move_point(value),
                ("path", Value::Array(points)) => {
                    points.iter_mut().for_each(|point| self.move_point(point));
                }
                ("region", value) => {
                    if let Some([x0, y0, x1, y1]) = numbers(value) {
                        let (width, height) = (self.screen.width, self.screen.height);
                        *value = json!([
                            edge(x0, self.space.width, width, f64::floor),
                            edge(y0, self.space.height, height, f64::floor),
                            edge(x1, self.space.width, width, f64::ceil),
                            edge(y1, self.space.height, height, f64::ceil),
                        ]);
                    }
                }
                _ => {}
            }
        }
        call
    }

    fn move_point(&self, value: &mut Value) {
        if let Some([x, y]) = numbers(value) {
            let point = self.to_screen(Point { x, y });
            *value = json!([point.x, point.y]);
        }
    }

    /// What a desktop said about a call, in the model's numbers: it must not read other ones than it
    /// wrote. `at` is where the desktop says the pointer is.
    pub fn output_for_model(
        &self,
        output: String,
        asked: &ActionCall,
        done: &ActionCall,
        at: Option<Point>,
    ) -> String {
        if self.space == self.screen || asked.tool != "computer" {
            return output;
        }
        if let (Some(point), "cursor_position") = (at, asked.action.as_str()) {
            let point = self.to_model(point);
            return format!("X={}, Y={}", point.x, point.y);
        }
        let mut pairs: Vec<([i32; 2], [i32; 2])> = points(done).zip(points(asked)).collect();
        if let Some(point) = at
            && pairs.is_empty()
        {
            pairs.push((point.into(), self.to_model(point).into()));
        }
        pairs.into_iter().fold(output, |text, (real, named)| {
            text.replace(
                &format!("({}, {})", real[0], real[1]),
                &format!("({}, {})", named[0], named[1]),
            )
        })
    }
}

/// The largest image of a screen that a model sees as it is.
fn shown(screen: Size, sight: &Sight) -> Size {
    let fits = |size: Size| {
        let (long, short) = (size.width.max(size.height), size.width.min(size.height));
        long <= sight.long_side
            && short <= sight.short_side
            && u64::from(size.width) * u64::from(size.height) <= sight.pixels
    };
    if fits(screen) {
        return screen;
    }
    // A wider image is never lower, so the widest that fits can be found by halving.
    let (mut fitting, mut too_wide) = (1, screen.width.min(MAX_SIDE + 1));
    while too_wide - fitting > 1 {
        let middle = fitting + (too_wide - fitting) / 2;
        if fits(screen.fit(Some(middle), None)) {
            fitting = middle;
        } else {
            too_wide = middle;
        }
    }
    screen.fit(Some(fitting), None)
}

/// The pixel in the middle of what `value` covers when `from` pixels are stretched over `to`.
fn middle(value: i32, from: u32, to: u32) -> i32 {
    if from == to {
        return value;
    }
    let place = (f64::from(value) + 0.5) * f64::from(to) / f64::from(from);
    (place.floor() as i32).clamp(0, i32::try_from(to).map_or(i32::MAX, |to| to - 1))
}

/// An edge between pixels when `from` pixels are stretched over `to`.
fn edge(value: i32, from: u32, to: u32, round: fn(f64) -> f64) -> i32 {
    let place = f64::from(value) * f64::from(to) / f64::from(from);
    (round(place) as i32).clamp(0, i32::try_from(to).unwrap_or(i32::MAX))
}

fn points(call: &ActionCall) -> impl Iterator<Item = [i32; 2]> {
    let single = ["start_coordinate", "coordinate"]
        .into_iter()
        .filter_map(|name| call.params.get(name));
    let path = call.params.get("path").and_then(Value::as_array);
    path.into_iter().flatten().chain(single).filter_map(numbers)
}

/// Whole numbers of a list; `500.0` is one.
fn numbers<const N: usize>(value: &Value) -> Option<[i32; N]> {
    let numbers: Option<Vec<i32>> = value
        .as_array()?
        .iter()
        .map(|number| number.as_f64().map(|number| number as i32))
        .collect();
    numbers?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::{Scale, Sight};
    use crate::action::ActionCall;
    use crate::{Point, Size};

    fn sight(long_side: u32, pixels: u64) -> Sight {
        Sight {
            long_side,
            short_side: long_side,
            pixels,
            grid: None,
        }
    }

    fn call(action: &str, params: &serde_json::Value) -> ActionCall {
        ActionCall {
            tool: "computer".into(),
            action: action.into(),
            params: params.as_object().unwrap().clone(),
        }
    }

    #[test]
    fn a_screen_that_fits_is_shown_as_it_is() {
        let screen = Size {
            width: 1280,
            height: 800,
        };
        let scale = Scale::new(screen, &sight(1568, 1_150_000));
        assert_eq!(scale.space(), screen);
        assert_eq!(scale.image_options().max_width, None);
        let click = call("left_click", &json!({"coordinate": [7, 9]}));
        assert_eq!(scale.call_to_screen(&click), click);
    }

    #[test]
    fn every_coordinate_of_a_call_is_moved_and_the_answer_speaks_in_the_models_numbers() {
        let screen = Size {
            width: 2560,
            height: 1600,
        };
        let scale = Scale::new(screen, &sight(1280, 10_000_000));
        assert_eq!(scale.image_options().max_width, Some(1280));
        let asked = call(
            "left_click_drag",
            &json!({"start_coordinate": [10, 20], "coordinate": [30.0, 40], "text": "(21, 41)"}),
        );
        let done = scale.call_to_screen(&asked);
        assert_eq!(done.params["start_coordinate"], json!([21, 41]));
        assert_eq!(done.params["coordinate"], json!([61, 81]));
        assert_eq!(done.params["text"], json!("(21, 41)"));
        let said = scale.output_for_model(
            "dragged from (21, 41) to (61, 81)".into(),
            &asked,
            &done,
            Some(Point { x: 61, y: 81 }),
        );
        assert_eq!(said, "dragged from (10, 20) to (30, 40)");
        let zoom = scale.call_to_screen(&call("zoom", &json!({"region": [1, 2, 1280, 800]})));
        assert_eq!(zoom.params["region"], json!([2, 4, 2560, 1600]));
        let path =
            scale.call_to_screen(&call("left_click_drag", &json!({"path": [[0, 0], [1, 1]]})));
        assert_eq!(path.params["path"], json!([[1, 1], [3, 3]]));
        let cursor = call("cursor_position", &json!({}));
        let said = scale.output_for_model(
            "X=512, Y=384".into(),
            &cursor,
            &cursor,
            Some(Point { x: 512, y: 384 }),
        );
        assert_eq!(said, "X=256, Y=192");
    }

    proptest! {
        #[test]
        fn a_click_lands_on_the_pixel_the_model_saw(
            width in 320u32..7680,
            height in 320u32..7680,
            long_side in 300u32..3000,
            pixels in 100_000u64..4_000_000,
            x in 0.0f64..1.0,
            y in 0.0f64..1.0,
        ) {
            let screen = Size { width, height };
            let sight = sight(long_side, pixels);
            let scale = Scale::new(screen, &sight);
            let image = scale.space();
            // It is within what the model sees, and the size that the screen will really make.
            prop_assert!(image.width.max(image.height) <= long_side);
            prop_assert!(u64::from(image.width) * u64::from(image.height) <= pixels);
            prop_assert_eq!(screen.fit(scale.image_options().max_width, None), image);
            // Any pixel of the screen, as the model sees it, comes back within the block of pixels
            // that its pixel of the image is made of.
            let real = Point {
                x: (x * f64::from(width)) as i32,
                y: (y * f64::from(height)) as i32,
            };
            let seen = scale.to_model(real);
            prop_assert!(image.contains(seen));
            let clicked = scale.to_screen(seen);
            prop_assert!(screen.contains(clicked));
            let block = |screen: u32, image: u32| f64::from(screen) / f64::from(image);
            let off = |a: i32, b: i32| f64::from((a - b).abs());
            prop_assert!(off(clicked.x, real.x) <= block(width, image.width));
            prop_assert!(off(clicked.y, real.y) <= block(height, image.height));
            prop_assert_eq!(scale.to_model(clicked), seen);
        }

        #[test]
        fn every_point_of_a_grid_is_on_the_screen_and_in_order(
            width in 320u32..7680,
            height in 320u32..7680,
            a in 0i32..1000,
            b in 0i32..1000,
        ) {
            let screen = Size { width, height };
            let grid = Size { width: 1000, height: 1000 };
            let scale = Scale::new(screen, &Sight { grid: Some(grid), ..sight(3072, 9_000_000) });
            let place = |n| scale.to_screen(Point { x: n, y: n });
            prop_assert!(screen.contains(place(a)));
            prop_assert!(a > b || (place(a).x <= place(b).x && place(a).y <= place(b).y));
        }
    }
}
