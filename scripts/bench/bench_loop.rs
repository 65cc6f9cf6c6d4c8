//! The reference loop in Rust, line by line that of `plain_loop.ts`. Built by `deno task bench` where cargo is there.
//!
//! Arguments: file (all opens, then all closes, 64-bit floats, little-endian), count of bars, scale of the prices, repeats.
//! Prints one line: least nanoseconds of a run, median, final equity in micro-units, fills, round trips.

use std::time::Instant;

const FAST: usize = 10;
const SLOW: usize = 50;
const SHARES: f64 = 100.0;
const TICKS: f64 = 1e6;
const SLIP_DIVISOR: f64 = 2000.0;
const COMMISSION_DIVISOR: f64 = 10_000.0;
const INITIAL_CASH: f64 = 1e12;
/// Adding and subtracting it rounds half to even, without a call to the C library.
const ROUNDER: f64 = 6755399441055744.0;

struct Outcome {
    final_equity: f64,
    fills: u64,
    trades: u64,
    commissions: f64,
}

fn whole(value: f64) -> f64 {
    (value + ROUNDER) - ROUNDER
}

fn divide_half_even(value: f64, divisor: f64) -> f64 {
    let quotient = whole(value / divisor);
    let twice = (value - quotient * divisor) * 2.0;
    if twice > divisor {
        return quotient + 1.0;
    }
    if twice < -divisor {
        return quotient - 1.0;
    }
    if (twice == divisor || twice == -divisor) && whole(quotient * 0.5) * 2.0 != quotient {
        return if twice > 0.0 {
            quotient + 1.0
        } else {
            quotient - 1.0
        };
    }
    quotient
}

#[inline(never)]
fn plain_loop(open: &[f64], close: &[f64], scale: f64, equity: &mut [f64]) -> Outcome {
    let bars = equity.len();
    let (open, close) = (&open[..bars], &close[..bars]);
    let (fast_divisor, slow_divisor) = (FAST as f64 * scale, SLOW as f64 * scale);
    let (mut cash, mut held, mut target) = (INITIAL_CASH, 0.0f64, -1.0f64);
    let mut commissions = 0.0f64;
    let (mut fills, mut trades) = (0, 0);
    let (mut fast_sum, mut slow_sum) = (0.0f64, 0.0f64);
    let (mut fast_before, mut slow_before) = (f64::NAN, f64::NAN);
    for i in 0..bars {
        if target >= 0.0 {
            let quantity: f64 = target - held;
            target = -1.0;
            if quantity != 0.0 {
                let price = whole(open[i] * TICKS);
                let slip = divide_half_even(price, SLIP_DIVISOR);
                let amount = quantity
                    * if quantity > 0.0 {
                        price + slip
                    } else {
                        price - slip
                    };
                let commission = divide_half_even(amount.abs(), COMMISSION_DIVISOR);
                if amount + commission <= cash {
                    cash -= amount + commission;
                    commissions += commission;
                    held += quantity;
                    fills += 1;
                    if held == 0.0 {
                        trades += 1;
                    }
                }
            }
        }
        let price = close[i];
        equity[i] = cash + held * whole(price * TICKS);
        let fast_old = if i < FAST { 0.0 } else { close[i - FAST] };
        let slow_old = if i < SLOW { 0.0 } else { close[i - SLOW] };
        fast_sum += whole((price - fast_old) * scale);
        slow_sum += whole((price - slow_old) * scale);
        let fast = fast_sum / fast_divisor;
        let slow = if i < SLOW - 1 {
            f64::NAN
        } else {
            slow_sum / slow_divisor
        };
        if fast > slow && fast_before <= slow_before {
            target = SHARES;
        } else if fast < slow && fast_before >= slow_before {
            target = 0.0;
        }
        fast_before = fast;
        slow_before = slow;
    }
    Outcome {
        final_equity: equity[bars - 1],
        fills,
        trades,
        commissions,
    }
}

fn floats(bytes: &[u8]) -> Vec<f64> {
    bytes
        .chunks_exact(8)
        .map(|chunk| f64::from_le_bytes(chunk.try_into().expect("eight bytes")))
        .collect()
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let number = |at: usize| arguments[at].parse::<usize>().expect("a whole number");
    let (bars, scale, repeats) = (number(2), number(3) as f64, number(4));
    let bytes = std::fs::read(&arguments[1]).expect("the file of prices");
    let (open, close) = (
        floats(&bytes[..bars * 8]),
        floats(&bytes[bars * 8..bars * 16]),
    );
    let mut equity = vec![0.0; bars];
    let mut times: Vec<u128> = Vec::new();
    let mut outcome = plain_loop(&open, &close, scale, &mut equity);
    for _ in 0..repeats {
        let started = Instant::now();
        outcome = plain_loop(&open, &close, scale, &mut equity);
        times.push(started.elapsed().as_nanos());
    }
    assert!(outcome.commissions >= 0.0);
    times.sort_unstable();
    println!(
        "{} {} {} {} {}",
        times[0],
        times[times.len() / 2],
        outcome.final_equity,
        outcome.fills,
        outcome.trades
    );
}
