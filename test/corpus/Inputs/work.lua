-- Real work for the Lua interpreter. Nothing here depends on addresses, the
-- time, or the order of pairs(), which Lua changes from run to run.

local failures = 0

local function check(what, got, expected)
  if got ~= expected then
    failures = failures + 1
    io.stderr:write(what, ": got ", tostring(got), ", expected ",
                    tostring(expected), "\n")
  end
end

local function sorted_keys(t)
  local keys = {}
  for k in pairs(t) do keys[#keys + 1] = k end
  table.sort(keys, function(a, b) return tostring(a) < tostring(b) end)
  return keys
end

-- A generator of pseudo-random numbers with a state of its own: 32-bit xorshift.
local function new_random(seed)
  local x = seed
  return function(n)
    x = x ~ (x << 13) & 0xffffffff
    x = x ~ (x >> 17)
    x = x ~ (x << 5) & 0xffffffff
    return x % n + 1
  end
end

print("== arguments")
print(#arg, arg[1], arg[2], arg[3])
print(select("#", ...), ...)

print("== numbers")
do
  local function primes_below(limit)
    local composite, count = {}, 0
    for i = 2, limit - 1 do
      if not composite[i] then
        count = count + 1
        for j = i * i, limit - 1, i do composite[j] = true end
      end
    end
    return count
  end
  print("primes below 100000", primes_below(100000))

  local function fib(n) if n < 2 then return n end return fib(n - 1) + fib(n - 2) end
  print("fib(27)", fib(27))
  print("integer division", 7 // 2, -7 // 2, 7 % -3, 7.5 // 2, 2^53 == 2^53 + 1)
  print("overflow wraps", math.maxinteger + 1 == math.mininteger)
  print("floats", 1e15, 0.1, -0.0, 1/0, -1/0, 3.0, 1e100, 2^63, math.pi)
  print("nan", 0/0 ~= 0/0)
  print("conversions", "10" + 5, "0x10" * 2, 10 .. 20, math.tointeger(3.0),
        math.tointeger("8"), tonumber("z", 36), tonumber("1e1"), tonumber("08"))
  print("bits", 0xff ~ 0x0f, 1 << 62, 1 << 64, -1 >> 60, ~0)
  print("math", math.floor(-3.5), math.ceil(-3.5), math.fmod(-7, 3), math.ult(1, -1),
        math.sqrt(2), math.sin(1), math.exp(1), math.log(8, 2), math.abs(math.mininteger))
end

print("== strings")
do
  print(("x"):rep(5, "-"), ("hello"):upper(), ("abc"):reverse(), ("abc"):byte(1, -1))
  print(string.format("%5d|%-5d|%05d|%+d|%x|%X|%#x|%o", 42, 42, 42, 42, 255, 255, 255, 8))
  print(string.format("%10.3f|%-10.2e|%g|%a", math.pi, 12345.678, 1e20, 1.0))
  print(string.format("%q", 'a "quoted"\n\0 \r string\\'))
  print(string.format("%s %10s|%-10s|%.2s", nil, "right", "left", "cut off"))
  print(string.format("%q %q %q", 1 / 3, math.mininteger, 255))
  print(("key = value, other=thing"):gsub("(%w+)%s*=%s*(%w+)", "%2=%1"))
  print(("hello world"):gsub("o", { o = "0" }), ("abc"):gsub("", "-"))
  print(("f(a(b)c)d"):match("%b()"), ("THE (quick) fox"):find("%((%a+)%)"))
  print(("  trim  "):match("^%s*(.-)%s*$") .. "|", ("a,b,,c"):gsub(",", ";"))
  for k, v in ("a=1, b=2, c=3"):gmatch("(%w+)=(%w+)") do io.write(k, "->", v, " ") end
  print()
  print(("%f[%w]%w+"):len(), ("THE quick"):gsub("%f[%w]%w+", string.lower))
  local packed = string.pack("<i4>i2z s1 d", 0x12345678, -2, "zero", "counted", 1.5)
  print(#packed, string.unpack("<i4>i2z s1 d", packed))
  print((packed:gsub(".", function(c) return ("%02x"):format(c:byte()) end)))
  print(utf8.char(72, 228, 8364, 128512), utf8.len("Hä€😀"), utf8.codepoint("€", 1))
  for at, code in utf8.codes("ä€") do io.write(at, ":", code, " ") end
  print()
  print("a\0b" == "a\0c", #"a\0b", "a" < "b", "Z" < "a", "" < "\0")

  local words, count = {}, 0
  local random = new_random(42)
  for _ = 1, 5000 do
    local letters = {}
    for i = 1, random(6) do letters[i] = string.char(96 + random(5)) end
    local word = table.concat(letters)
    words[word] = (words[word] or 0) + 1
    count = count + 1
  end
  local total = 0
  for _, n in pairs(words) do total = total + n end
  check("words", total, count)
  local keys = sorted_keys(words)
  print("words", count, #keys, keys[1], words[keys[1]], keys[#keys])
end

print("== tables and sort")
do
  local random, list = new_random(7), {}
  for i = 1, 20000 do list[i] = random(1000000) end
  local by_merge = table.move(list, 1, #list, 1, {})
  local function merge_sort(t, low, high)
    if low >= high then return end
    local middle = (low + high) // 2
    merge_sort(t, low, middle)
    merge_sort(t, middle + 1, high)
    local merged, i, j = {}, low, middle + 1
    while i <= middle or j <= high do
      if j > high or i <= middle and t[i] <= t[j] then
        merged[#merged + 1] = t[i]
        i = i + 1
      else
        merged[#merged + 1] = t[j]
        j = j + 1
      end
    end
    table.move(merged, 1, #merged, low, t)
  end
  table.sort(list)
  merge_sort(by_merge, 1, #by_merge)
  local same = true
  for i = 1, #list do same = same and list[i] == by_merge[i] end
  print("sorts agree", same, #list, list[1] <= list[2], list[1], list[#list])
  table.sort(list, function(a, b) return a > b end)
  print("descending", list[1] >= list[2], list[#list] == by_merge[1])
  print(pcall(table.sort, { 3, 1, "x" }))
  print(pcall(table.sort, { 1, 2, 3, 4, 5 }, function() return true end))
  print(table.unpack({ 1, 2, nil, 4 }, 1, 4))
  print(table.concat({ 1, 2.5, "x" }, ", "), select(-2, "a", "b", "c"))
  local t = { 10, 20, 30 }
  table.insert(t, 2, 15)
  print(table.remove(t), table.remove(t, 1), #t, t[1], t[2], next({}))
end

print("== metatables")
do
  local Vector = {}
  Vector.__index = Vector
  Vector.__add = function(a, b) return setmetatable({ x = a.x + b.x, y = a.y + b.y }, Vector) end
  Vector.__eq = function(a, b) return a.x == b.x and a.y == b.y end
  Vector.__lt = function(a, b) return a.x < b.x end
  Vector.__le = function(a, b) return a.x <= b.x end
  Vector.__tostring = function(v) return "(" .. v.x .. ", " .. v.y .. ")" end
  Vector.__len = function() return 2 end
  Vector.__call = function(v, k) return v.x * k end
  Vector.__concat = function(a, b) return tostring(a) .. tostring(b) end
  Vector.__unm = function(v) return setmetatable({ x = -v.x, y = -v.y }, Vector) end
  Vector.__close = function(v) print("closed", v) end
  Vector.__name = "Vector"
  local function new(x, y) return setmetatable({ x = x, y = y }, Vector) end
  local a, b = new(1, 2), new(3, 4)
  print(a + b, a == new(1, 2), a < b, a >= b, #a, a(10), a .. b, -a, a .. "!")
  do local scoped <close> = b end
  print(pcall(function() return a * b end))
  print(pcall(function() return a.x.y.z end))
  local Animal = setmetatable({}, { __call = function(class, name)
    return setmetatable({ name = name }, class) end })
  Animal.__index = Animal
  function Animal:speak() return self.name .. " " .. self:sound() end
  local Dog = setmetatable({ sound = function() return "barks" end },
                           { __index = Animal, __call = getmetatable(Animal).__call })
  Dog.__index = Dog
  print(Dog("Rex"):speak())
  local log = {}
  local proxy = setmetatable({}, {
    __index = function(_, k) log[#log + 1] = "get " .. k return #log end,
    __newindex = function(_, k, v) log[#log + 1] = "set " .. k .. "=" .. v end,
    __pairs = function() return function(_, k) if not k then return 1, "one" end end end,
  })
  proxy.a = proxy.b
  for k, v in pairs(proxy) do print("pairs", k, v) end
  print(table.concat(log, "; "), rawlen({ 1, 2 }), rawget(proxy, "a"), rawequal(a, a))
  print(getmetatable("").__index == string, getmetatable(setmetatable({}, { __metatable = "locked" })))
  print(pcall(setmetatable, setmetatable({}, { __metatable = 1 }), {}))
end

print("== closures and goto")
do
  local function counter()
    local n = 0
    return function() n = n + 1 return n end, function() return n end
  end
  local step, peek = counter()
  for _ = 1, 1000 do step() end
  local other = counter()
  print(peek(), other())
  local functions = {}
  for i = 1, 5 do functions[i] = function() i = i * 10 return i end end
  print(functions[1](), functions[1](), functions[5]())
  local function curry(f, n, ...)
    local got = { ... }
    if n == 0 then return f(table.unpack(got)) end
    return function(x) local all = { table.unpack(got) } all[#all + 1] = x
      return curry(f, n - 1, table.unpack(all)) end
  end
  print(curry(function(a, b, c) return a * 100 + b * 10 + c end, 3)(1)(2)(3))
  local i = 1
  ::again::
  if i < 10 then i = i * 2 goto again end
  print(i)
  local function loop(n) if n == 0 then return "tail calls" end return loop(n - 1) end
  print(loop(1000000))
end

print("== coroutines")
do
  local function permutations(list)
    local function permute(n)
      if n <= 1 then coroutine.yield(list) return end
      for i = 1, n do
        list[n], list[i] = list[i], list[n]
        permute(n - 1)
        list[n], list[i] = list[i], list[n]
      end
    end
    return coroutine.wrap(function() permute(#list) end)
  end
  local count, last = 0, nil
  for p in permutations({ 1, 2, 3, 4, 5, 6, 7 }) do
    count = count + 1
    last = table.concat(p, " ")
  end
  print("permutations of 7", count, last)
  local co = coroutine.create(function(a)
    local b = coroutine.yield(a + 1)
    local c = pcall(function() error(coroutine.yield(b * 2)) end)
    coroutine.yield(c)
    error({ code = 5 })
  end)
  print(coroutine.resume(co, 1))
  print(coroutine.resume(co, 10))
  print(coroutine.resume(co, "inside"))
  local ok, problem = coroutine.resume(co)
  print(ok, type(problem), problem.code, coroutine.status(co))
  print(coroutine.resume(co))
  print(coroutine.isyieldable(), coroutine.wrap(coroutine.isyieldable)())
  local closed = coroutine.create(function()
    local guard <close> = setmetatable({}, { __close = function() print("guard closed") end })
    coroutine.yield()
  end)
  coroutine.resume(closed)
  print(coroutine.close(closed), coroutine.status(closed))
  -- A pipeline of coroutines, each adding one.
  local source = coroutine.wrap(function() for i = 1, 20 do coroutine.yield(i) end end)
  for _ = 1, 30 do
    local inner = source
    source = coroutine.wrap(function() for v in inner do coroutine.yield(v + 1) end end)
  end
  local sum = 0
  for v in source do sum = sum + v end
  print("pipeline", sum)
  print(select(2, pcall(function() string.gsub("a", "a", coroutine.yield) end)))
end

print("== errors")
do
  print(pcall(error, "plain"))
  print(pcall(error, "with position", 1))
  print(pcall(error))
  print(pcall(error, setmetatable({}, { __tostring = function() return "object" end })))
  print(select("#", pcall(error, nil)))
  print(pcall(function() local x = nil; x.field = 1 end))
  print(pcall(function() return 1 + {} end))
  print(pcall(function() return #5 end))
  print(pcall(function() return 1 < "2" end))
  print(pcall(function() undefined_global() end))
  print(pcall(function() return 1 // 0 end))
  print(pcall(function() return 2^53 | 1.5 end))
  print(pcall(string.rep, "x", -1))
  print(pcall(string.rep, "x", 1 << 62))
  print(pcall(string.format, "%d", 1.5))
  print(pcall(setmetatable, 1, {}))
  print(pcall(assert, false))
  print(pcall(assert, nil, "assertion message"))
  print(xpcall(function() error("traced") end, function(m) return "handled: " .. m end))
  print((xpcall(function() local a = nil + 1 end, debug.traceback)))
  local function forever() return 1 + forever() end
  local ok, message = pcall(forever)
  print(ok, message:match("stack overflow"))
  print(pcall(load, function() error("reader") end))
  print(load("return +"))
  print(load("x = = 1", "=chunk"))
  print(load("for", "@file.lua"))
  print(load("return ...", "chunk", "t")(1, 2))
  local nested = "return " .. ("("):rep(300) .. "1" .. (")"):rep(300)
  print((select(2, load(nested)):gsub("near.*", "")))
  print(pcall(string.dump, print))
  print(load(string.dump(function(x) return x * 2 end), "dumped", "b")(21))
  for depth = 1, 3 do
    local ok, why = pcall(function() error("level " .. depth, depth) end)
    print(ok, why)
  end
  local order = {}
  local function guard(name)
    return setmetatable({}, { __close = function(_, e) order[#order + 1] = name .. ":" .. tostring(e) end })
  end
  print(pcall(function()
    local a <close> = guard("a")
    local b <close> = guard("b")
    error("unwinding", 0)
  end))
  print(table.concat(order, " "))
end

print("== garbage")
do
  local finalized = 0
  for _ = 1, 1000 do
    setmetatable({}, { __gc = function() finalized = finalized + 1 end })
  end
  collectgarbage()
  collectgarbage()
  print("finalized", finalized)
  local weak = setmetatable({}, { __mode = "v" })
  local strong = {}
  for i = 1, 100 do
    weak[i] = {}
    if i % 4 == 0 then strong[#strong + 1] = weak[i] end
  end
  collectgarbage()
  local left = 0
  for _ in pairs(weak) do left = left + 1 end
  print("left", left, #strong)
  local ephemeron = setmetatable({}, { __mode = "k" })
  do local key = {} ephemeron[key] = { key } end
  collectgarbage()
  print("ephemeron", next(ephemeron))
  print(collectgarbage("generational"), collectgarbage("incremental"))
  for _ = 1, 30 do
    local t = {}
    for i = 1, 10000 do t[i] = { i, tostring(i) } end
  end
  collectgarbage()
  print("memory is given back", collectgarbage("count") < 20000)
end

print("== files")
do
  local out = assert(io.open("numbers.txt", "w"))
  print(io.type(out), out:setvbuf("full", 4096))
  for i = 1, 10000 do out:write(i, "\t", i * i, "\n") end
  print(out:seek("cur"), out:seek("set", 10), out:write("XX"), out:close())
  print(io.type(out), pcall(out.write, out, "x"))
  local sum, lines = 0, 0
  for line in io.lines("numbers.txt") do
    lines = lines + 1
    sum = sum + (tonumber(line:match("^%d+")) or 0)
  end
  print(lines, sum)
  local input = assert(io.open("numbers.txt", "rb"))
  print(input:read("n", "n", "l", "L"))
  print(#input:read("a"), input:read("a"), input:read("l"), input:seek("end"))
  input:close()
  print(io.open("not/there", "r"))
  print(pcall(io.lines, "not-there"))
  print(os.rename("numbers.txt", "renamed.txt"), os.remove("not-there"))
  local binary = assert(io.open("bytes.bin", "wb"))
  for i = 0, 255 do binary:write(string.char(i)) end
  binary:close()
  print(#assert(io.open("bytes.bin", "rb")):read("a"))
  local name = os.tmpname()
  print(os.remove(name))
end

print("== processes")
do
  local pipe = assert(io.popen("echo from a child; exit 3"))
  print(pipe:read("a"), pipe:close())
  print(os.execute("exit 7"))
  print(os.execute("kill -9 $$"))
  local sink = io.popen("cat", "w")
  io.stdout:flush()
  sink:write("through a pipe\n")
  print(sink:close())
  print(os.getenv("REMOTE_RUN_TEST"), os.getenv("NO_SUCH_VARIABLE"))
  print(os.time({ year = 2020, month = 1, day = 1, hour = 12 }) -
        os.time({ year = 2019, month = 12, day = 31, hour = 12 }))
  print(os.date("!%Y-%m-%d %H:%M:%S", 86400 * 365), os.setlocale("C"))
end

print("== modules and debug")
do
  package.preload.made = function(name, extra) return { name = name, extra = extra } end
  print(require("made").name, require("made").extra, package.loaded.made.name)
  local ok, message = pcall(require, "no.such.module")
  print(ok, message:match("^[^\n]*"))
  local module = assert(io.open("part.lua", "w"))
  module:write("local name = ...\nreturn { square = function(x) return x * x end, name = name }\n")
  module:close()
  package.path = "./?.lua"
  print(require("part").square(12), require("part").name)
  local info = debug.getinfo(1, "Sl")
  print(info.short_src, info.what, info.currentline > 300)
  local hooked = 0
  debug.sethook(function() hooked = hooked + 1 end, "", 1000)
  for _ = 1, 100000 do end
  debug.sethook()
  print("hook", hooked > 10)
  print(pcall(package.loadlib, "./no-such-library.so", "*"))
end

print("== the end", failures)
setmetatable({}, { __gc = function() print("last finalizer") end })
io.stderr:write("status follows\n")
os.exit(failures == 0 and 42 or 1, true)
