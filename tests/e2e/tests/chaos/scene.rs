use nen_e2e::{Answer, Database, Hook, Options, Receiver, Server, Workflow};
use serde_json::json;

/// Runs of each kind that are in flight when the server is killed.
pub const IN_FLIGHT: usize = 3;

/// Returns at once.
const QUICK: &str = "
def run(params: Params) -> Result:
    return Result(value=params.n)
";

/// Is in the middle of something for a moment, and has not touched its desktop.
const THINKING: &str = "
def run(params: Params) -> Result:
    print('begun')
    time.sleep(1.5)
    return Result(value=params.n)
";

/// Has touched its desktop, and never ends by itself.
const ACTING: &str = "
def run(params: Params) -> Result:
    Computer().move(1, 1)
    print('begun')
    time.sleep(1000)
";

/// A server with workflows, and who is told of their runs.
pub struct Scene {
    pub server: Server,
    pub receiver: Receiver,
    pub quick: Workflow,
    pub thinking: Workflow,
    pub acting: Workflow,
    /// Where the server listens from now on.
    listen: Option<String>,
    /// Dropped last: the server is on it.
    database: Option<Database>,
}

impl Scene {
    /// With so many slots, and a receiver that answers like this.
    pub fn new(slots: usize, answer: impl Fn(&Hook) -> Answer + Send + Sync + 'static) -> Self {
        let database = Database::create();
        let server = Server::start_with(options(slots, database.as_ref()));
        let api = server.api();
        Self {
            quick: Workflow::of(&api, QUICK),
            thinking: Workflow::of(&api, THINKING),
            acting: Workflow::of(&api, ACTING),
            receiver: Receiver::answering(answer),
            server,
            listen: None,
            database,
        }
    }

    /// Starts runs; answers their ids.
    pub fn start(&self, workflow: &Workflow) -> Vec<String> {
        // Its address changes with each start of the server.
        let workflow = Workflow::at(&self.server.api(), &workflow.id);
        (0..IN_FLIGHT)
            .map(|n| {
                workflow.start(
                    json!({"webhook_callback": self.receiver.url(), "workflow_params": {"n": n}}),
                )
            })
            .collect()
    }

    /// Kills the server, and starts it again with so many slots.
    pub fn kill_and_start_again(&mut self, slots: usize) {
        self.server.kill();
        let options = options(slots, self.database.as_ref());
        self.server.run_with(Options {
            listen: self.listen.clone(),
            ..options
        });
    }

    /// From now on the server comes back where it is.
    pub fn stay(&mut self) {
        let at = self.server.url().trim_start_matches("http://");
        self.listen = Some(at.to_owned());
    }

    /// What a worker apart is started with: so many slots, and so many seconds of silence after which it counts as lost.
    pub fn worker_arguments(&self, slots: usize, lease: &str) -> Vec<String> {
        let slots = slots.to_string();
        let mut arguments: Vec<String> = ["--run-slots", &slots, "--run-lease", lease]
            .map(str::to_owned)
            .into();
        if let Some(database) = &self.database {
            arguments.extend(["--database".to_owned(), database.url()]);
        }
        arguments.extend(WEBHOOKS.map(str::to_owned));
        arguments
    }

    /// Waits until a run has printed `begun`.
    pub fn begun(&self, run: &str) {
        let path = format!("/runs/{run}/logs");
        nen_e2e::until_within(crate::aftermath::PATIENCE, &format!("{run} begins"), || {
            let log = self.server.api().get(&path).expect_raw(200).text();
            log.contains("stdout begun").then_some(())
        });
    }
}

/// How often each moment is tried.
pub fn rounds() -> usize {
    let rounds = std::env::var("NEN_CHAOS_ROUNDS");
    rounds.map_or(2, |rounds| {
        rounds.parse().expect("NEN_CHAOS_ROUNDS is a number")
    })
}

/// Receivers are on this machine, and are not waited for.
const WEBHOOKS: [&str; 3] = ["--allow-private-webhooks", "--webhook-delay-factor", "0.05"];

/// How a server with so many slots is started.
pub fn options(slots: usize, database: Option<&Database>) -> Options {
    let mut options = Options::with(&WEBHOOKS);
    let slots = slots.to_string();
    options.arguments.extend(["--run-slots".to_owned(), slots]);
    if let Some(database) = database {
        options
            .arguments
            .extend(["--database".to_owned(), database.url()]);
    }
    options
}
