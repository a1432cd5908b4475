-- Sends ready requests over and over, each connection taking the next of them, and prints one line of JSON.
-- Arguments: a folder of multipart bodies with a `list` of their names, or `-` for plain GETs; think time in ms.

local requests, turn = {}, 0

function init(arguments)
    local folder, think = arguments[1], tonumber(arguments[2] or "0")
    -- Without bodies wrk sends its one GET by itself, which costs it far less than a call to Lua.
    if folder ~= "-" then
        wrk.headers["Content-Type"] = "multipart/form-data; boundary=hedgerow-benchmark"
        for name in io.lines(folder .. "/list") do
            local file = assert(io.open(folder .. "/" .. name, "rb"))
            requests[#requests + 1] = wrk.format("POST", nil, nil, file:read("*a"))
            file:close()
        end
        request = take_turns
    end
    if think > 0 then
        -- Think times differ, so that the clients do not march in step.
        delay = function() return math.floor(think * (0.5 + math.random())) end
    end
end

function take_turns()
    turn = turn % #requests + 1
    return requests[turn]
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '{"requests":%d,"seconds":%.6f,"refused":%d,"broken":%d,"timeouts":%d,"p50":%.3f,"p99":%.3f,"max":%.3f}\n',
        summary.requests, summary.duration / 1e6, errors.status, errors.connect + errors.read + errors.write,
        errors.timeout, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, latency.max / 1e3))
end
