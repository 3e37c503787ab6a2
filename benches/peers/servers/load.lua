-- wrk's requests: the tokens of a file (one a line) in turn, in the header or in the JSON body.
-- wrk -s load.lua URL -- FILE header|body

local requests = {}
local turn = 0

local function with_header(token)
  return wrk.format("GET", nil, { ["Authorization"] = "Bearer " .. token })
end

local function with_body(token)
  local headers = { ["Content-Type"] = "application/json" }
  return wrk.format("POST", nil, headers, '{"sequenceToken":"' .. token .. '"}')
end

function init(arguments)
  local format = arguments[2] == "body" and with_body or with_header
  for token in io.lines(arguments[1]) do
    requests[#requests + 1] = format(token)
  end
end

function request()
  turn = turn % #requests + 1
  return requests[turn]
end
