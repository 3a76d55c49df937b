"""Some ten seconds of what programs in Python do: calls, lists, texts, classes."""

ROUNDS = 84


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def primes(limit):
    prime = [True] * limit
    count = 0
    for i in range(2, limit):
        if prime[i]:
            count += 1
            for j in range(i * i, limit, i):
                prime[j] = False
    return count


def words(count):
    seen = {}
    for i in range(count):
        word = "%d-%s" % (i * 7919 % 1009, "x" * (i % 7))
        seen[word] = seen.get(word, 0) + 1
    return len(",".join(sorted(seen)).split("-"))


class Counter:
    def __init__(self):
        self.value = 0

    def add(self, more):
        self.value += more
        return self


def methods(count):
    counter = Counter()
    for i in range(count):
        counter.add(i % 3)
    return counter.value


def generated(count):
    return sum(x * x for x in range(count) if x % 3)


for _ in range(ROUNDS):
    result = (fib(24), primes(400000), words(150000), methods(600000),
              generated(900000))
print(result)
