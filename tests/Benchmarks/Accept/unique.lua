-- For wrk: every request with an id that was not sent before.
local threads = 0
local sent = 0
local base = 0

function setup(thread)
    threads = threads + 1
    thread:set("number", threads)
end

function init(args)
    math.randomseed(os.time() * 100 + number)
    base = math.random(1, 1000000000) * 1000000
end

function request()
    sent = sent + 1
    return wrk.format("GET", "/api/verve/accept?id=" .. string.format("%d", base + sent))
end
