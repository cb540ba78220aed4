"""M/M/c, with people who give up where theta is above 0, in SimPy as its documentation writes
such a queue: a generator for each person, a Resource for the servers. Prints the mean wait of
all, and the seconds that the loop took."""

import random
import sys
import time

import simpy


def person(env, servers, mu, theta, waits):
    arrived = env.now
    with servers.request() as turn:
        if theta > 0:
            patience = env.timeout(random.expovariate(theta))
            result = yield turn | patience
            waits.append(env.now - arrived)
            if turn not in result:
                return
        else:
            yield turn
            waits.append(env.now - arrived)
        yield env.timeout(random.expovariate(mu))


def source(env, servers, arrivals, rate, theta, waits):
    for _ in range(arrivals):
        yield env.timeout(random.expovariate(rate))
        env.process(person(env, servers, 1.0, theta, waits))


arrivals, c, rate, theta, seed = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), float(sys.argv[4]), int(sys.argv[5])
random.seed(seed)
env = simpy.Environment()
waits = []
env.process(source(env, simpy.Resource(env, capacity=c), arrivals, rate, theta, waits))
began = time.perf_counter()
env.run()
print(sum(waits) / len(waits), time.perf_counter() - began)
