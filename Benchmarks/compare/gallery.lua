-- Asks for the paths of a file over and over, each connection taking the next, with think times; prints one line of JSON.
-- Arguments: the file of paths; the key; think time in ms.

local paths, turn = {}, 0

function init(arguments)
    for path in io.lines(arguments[1]) do paths[#paths + 1] = path end
    wrk.headers["X-API-Key"] = arguments[2]
    local think = tonumber(arguments[3])
    delay = function() return math.floor(think * (0.5 + math.random())) end
end

function request()
    turn = turn % #paths + 1
    return wrk.format("GET", paths[turn])
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"errors":%d,"p50":%.3f,"p95":%.3f,"p99":%.3f}\n', summary.requests,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout,
        latency:percentile(50) / 1e3, latency:percentile(95) / 1e3, latency:percentile(99) / 1e3))
end
