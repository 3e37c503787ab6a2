//! What happens to the machines and processes. Each event returns when its cause was over.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::sleep;

use crate::{
    instances::INSTANCES,
    week::Week,
    world::{Kind, Trouble},
};

const MINUTE: Duration = Duration::from_secs(60);

pub(crate) async fn freeze(week: &Week) -> Instant {
    let frozen = &week.instances[fastrand::usize(..INSTANCES)];
    frozen.signal("STOP").await;
    sleep(Duration::from_millis(1500)).await;
    frozen.signal("CONT").await;
    Instant::now()
}

pub(crate) async fn step_clock(week: &mut Week, seconds: i64) -> Instant {
    let scene = Arc::clone(&week.scene);
    let number = fastrand::usize(..INSTANCES);
    let clock = scene.world.begin(Trouble::Clock(number, seconds));
    week.instances[number].set_clock(seconds, &scene.world);
    week.calm(Duration::from_millis(1500)).await;
    week.instances[number].set_clock(0, &scene.world);
    until_each_thread_has_read_the_clock().await;
    scene.world.end(clock);
    Instant::now()
}

/// Nobody is refused after a sleep that is shorter than keys are trusted.
pub(crate) async fn nap(week: &Week) -> Instant {
    // By the clock of Redis, its replica was silent for too long.
    let store = week.world().begin(Trouble::Store);
    sleep_all(week, 20 * MINUTE).await;
    let over = Instant::now();
    week.until_logins_pass().await;
    week.world().end(store);
    over
}

/// While everything is stopped, the wall clocks go on and the steady clocks do not.
pub(crate) async fn sleep_all(week: &Week, time: Duration) {
    for instance in &week.instances {
        instance.signal("STOP").await;
    }
    week.redis.signal("STOP").await;
    week.world().sleep_over(time);
    week.redis.follow_clock(week.world());
    for instance in &week.instances {
        instance.wake(week.world());
    }
    week.redis.signal("CONT").await;
    for instance in &week.instances {
        instance.signal("CONT").await;
    }
}

/// Each instance gets no more requests before it ends, and then again. No request is lost.
pub(crate) async fn deploy(week: &mut Week) -> Instant {
    let scene = Arc::clone(&week.scene);
    for number in 0..INSTANCES {
        week.balancer.leave_out(Some(number)).await;
        let instance = &mut week.instances[number];
        instance.stop().await;
        instance
            .start_again(Kind::BOTH.len(), &week.surroundings, &scene.world)
            .await;
        week.balancer.leave_out(None).await;
    }
    let over = Instant::now();
    week.until_logins_pass().await;
    over
}

/// An instance crashes, and is started again a second later. nginx is not told, and sends it requests all the time.
pub(crate) async fn crash(week: &mut Week) -> Instant {
    let scene = Arc::clone(&week.scene);
    let number = fastrand::usize(..INSTANCES);
    let crash = scene.world.begin(Trouble::Crash(number));
    let instance = &mut week.instances[number];
    instance.kill().await;
    sleep(Duration::from_secs(1)).await;
    let over = Instant::now();
    // The clock is behind by the time that the process takes to start, until it is corrected.
    let clock = scene.world.begin(Trouble::Clock(number, -120));
    instance
        .answer_again(&week.surroundings, &scene.world)
        .await;
    scene.world.end(crash);
    instance.settle(Kind::BOTH.len(), &scene.world).await;
    until_each_thread_has_read_the_clock().await;
    scene.world.end(clock);
    week.until_logins_pass().await;
    over
}

async fn until_each_thread_has_read_the_clock() {
    sleep(Duration::from_millis(10)).await;
}
