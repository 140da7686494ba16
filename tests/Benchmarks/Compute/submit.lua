-- For wrk: every request asks for a number that was not asked for before. DIGITS says how long they are (40).
local digits = tonumber(os.getenv("DIGITS") or "40")
local asked = 0
local prefix

wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.headers["X-Caller-ID"] = "wrk"

function init(args)
    math.randomseed(os.time())
    prefix = tostring(math.random(1, 9))
    while #prefix < digits - 9 do
        prefix = prefix .. tostring(math.random(0, 9))
    end
end

function request()
    asked = asked + 2
    return wrk.format(nil, "/compute", nil, string.format('{"number":"%s%09d"}', prefix, asked + 1))
end
