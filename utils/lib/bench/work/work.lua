-- Some ten seconds of what programs in Lua do: calls, tables, strings, methods.

local rounds = 300

local function fib(n)
  if n < 2 then return n end
  return fib(n - 1) + fib(n - 2)
end

local function primes(limit)
  local is, count = {}, 0
  for i = 2, limit do is[i] = true end
  for i = 2, limit do
    if is[i] then
      count = count + 1
      for j = i * i, limit, i do is[j] = false end
    end
  end
  return count
end

local function words(count)
  local list, length = {}, 0
  for i = 1, count do
    list[#list + 1] = string.format("%d-%s", i * 7919 % 1009, ("x"):rep(i % 7))
  end
  table.sort(list)
  for number in table.concat(list, ","):gmatch("%d+") do
    length = length + #number
  end
  return length
end

local function product(size)
  local a, corner = {}, 0
  for i = 1, size do
    a[i] = {}
    for j = 1, size do a[i][j] = i * j % 17 + 0.5 end
  end
  for i = 1, size do
    for j = 1, size do
      local sum = 0
      for k = 1, size do sum = sum + a[i][k] * a[k][j] end
      corner = sum
    end
  end
  return corner
end

local Counter = {}
Counter.__index = Counter
function Counter:add(more)
  self.value = self.value + more
  return self
end

local function methods(count)
  local counter = setmetatable({value = 0}, Counter)
  for i = 1, count do counter:add(i % 3) end
  return counter.value
end

for _ = 1, rounds do
  io.write(fib(25), " ", primes(200000), " ", words(12000), " ", product(60),
           " ", methods(600000), "\n")
end
