//! `GET /usage`: what the workspace used, and how much it may.

use crate::auth::Admin;
use crate::error::ApiError;
use crate::extract::QueryOf;
use crate::state::AppState;
use axum::Json;
use axum::extract::State;
use nen_store::{ModelDay, Used};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

const DAY: i64 = 24 * 3600;
/// Most days of one answer; model calls are kept for 400.
const MOST: i64 = 400;

/// Which days to show.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct UsageQuery {
    /// Days up to today, 1 to 400; 30 when left out.
    #[param(minimum = 1, maximum = 400)]
    days: Option<i64>,
}

/// What was used on one day (UTC).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DayUsage {
    /// Year, month, day.
    #[schema(example = "2026-11-26")]
    day: String,
    /// Hours that desktops ran, all of them added up.
    desktop_hours: f64,
    /// Actions on desktops, by agents, runs and people.
    actions: i64,
    /// Runs that ended.
    runs: i64,
    /// Of those, the ones that did not complete.
    runs_failed: i64,
    /// US dollars for models whose price is known.
    model_cost_usd: f64,
    /// Tokens that models read, those from a cache among them.
    input_tokens: i64,
    /// Tokens that models wrote.
    output_tokens: i64,
}

/// How much is in use, and how much may be.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Quota {
    /// Right now.
    used: u64,
    /// At most.
    most: u64,
}

/// The limits of the workspace.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Limits {
    /// Desktops that are not deleted.
    desktops: Quota,
    /// Runs in execution.
    runs: Quota,
}

/// What the workspace used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Usage {
    /// The workspace.
    #[schema(example = "ws_default")]
    workspace_id: String,
    /// Every day, oldest first, today last.
    days: Vec<DayUsage>,
    /// Its limits. They are the operator's to set.
    limits: Limits,
}

/// What the workspace used
///
/// Desktop hours, actions, runs and models, by day (UTC); and the limits of the workspace.
#[utoipa::path(
    get, path = "/usage", tag = "Settings", operation_id = "getUsage",
    params(UsageQuery),
    responses((status = 200, description = "The use.", body = Usage)),
    security(("bearer" = ["admin"])),
)]
pub(crate) async fn get(
    State(state): State<AppState>,
    Admin(caller): Admin,
    QueryOf(query): QueryOf<UsageQuery>,
) -> Result<Json<Usage>, ApiError> {
    let days = query.days.unwrap_or(30);
    if !(1..=MOST).contains(&days) {
        return Err(ApiError::bad_request(format!(
            "days must be 1 to {MOST}, not {days}"
        )));
    }
    let workspace = caller.workspace();
    let today = state.store().now().div_euclid(DAY);
    let first = today - days + 1;
    let internal = |error| ApiError::internal(&error);
    let used = state.store().usage().days(workspace, first).await;
    let used: BTreeMap<i64, Used> = used
        .map_err(internal)?
        .into_iter()
        .map(|day| (day.day, day.used))
        .collect();
    let (since, until) = (first * DAY * 1000, (today + 1) * DAY * 1000);
    let models = state.store().model_calls().days(workspace, since, until);
    let models = models.await.map_err(internal)?;
    let days = (first..=today)
        .map(|day| of_day(day, used.get(&day).copied().unwrap_or_default(), &models))
        .collect();
    let (desktops, most_desktops) = state.fleet().quota(workspace);
    let runs = state.store().runs().running(workspace).await;
    let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
    Ok(Json(Usage {
        workspace_id: workspace.to_owned(),
        days,
        limits: Limits {
            desktops: Quota {
                used: count(desktops),
                most: count(most_desktops),
            },
            runs: Quota {
                used: runs.map_err(internal)?.unsigned_abs(),
                most: u64::from(state.runs().most_per_workspace()),
            },
        },
    }))
}

fn of_day(day: i64, used: Used, models: &[ModelDay]) -> DayUsage {
    let models = || models.iter().filter(|model| model.day == day);
    DayUsage {
        day: jiff::Timestamp::from_second(day.saturating_mul(DAY))
            .map(|at| at.strftime("%Y-%m-%d").to_string())
            .unwrap_or_default(),
        desktop_hours: used.desktop_seconds as f64 / 3600.0,
        actions: used.actions,
        runs: used.runs,
        runs_failed: used.runs_failed,
        // The sum of no numbers at all would be -0.
        model_cost_usd: models()
            .filter_map(|model| model.cost_usd)
            .fold(0.0, |sum, cost| sum + cost),
        input_tokens: models()
            .map(|model| model.tokens.input + model.tokens.cached_input + model.tokens.cache_write)
            .sum(),
        output_tokens: models().map(|model| model.tokens.output).sum(),
    }
}
