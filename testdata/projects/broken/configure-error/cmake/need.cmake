function(need what)
    need_version(${what} 3)
endfunction()

function(need_version what version)
    message(FATAL_ERROR "${what} ${version} or later is needed and was not found")
endfunction()
