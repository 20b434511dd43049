@battery
Feature: Nothing happens before the check
  RFC 9449 §7.1: access must not be granted unless every check has passed, by
  no method, no way around and no field that a client can write itself.

  @RFC9449-7.1-03 @at:api @aggressive
  Scenario Outline: A refused request has had no effect
    Given a POST request with an honest proof is accepted
    When a POST request has <fault>
    Then it is refused
    And nothing has been done

    Examples:
      | fault                                     |
      | no credentials                            |
      | no proof                                  |
      | a proof by another key                    |
      | a proof whose htm is GET                  |
      | a proof whose signature is made by another key |
      | a proof whose ath is missing              |
      | an expired access token                   |
      | a bound token as Bearer                   |

  @RFC9449-7.1-03 @at:api
  Scenario Outline: No method goes round the check
    Given an honest proof is accepted
    When a <method> request has <fault>
    Then nothing is given away

    Examples:
      | method  | fault          |
      | HEAD    | no credentials |
      | HEAD    | no proof       |
      | OPTIONS | no credentials |
      | OPTIONS | no proof       |
      | TRACE   | no proof       |

    @aggressive
    Examples:
      | method  | fault          |
      | PUT     | no proof       |
      | PATCH   | no proof       |
      | DELETE  | no proof       |

  # Userinfo takes POST as well (OpenID Connect Core 1.0 §5.3.1), and a POST does nothing there.
  @RFC9449-7.1-03 @at:userinfo
  Scenario Outline: A POST is checked at userinfo as a GET is
    Given an honest proof is accepted
    When a POST request has <fault>
    Then nothing is given away

    Examples:
      | fault                    |
      | no credentials           |
      | no proof                 |
      | a proof by another key   |
      | a bound token as Bearer  |
      | a proof whose htm is GET |

  @RFC9449-7.1-03 @RFC9449-4.3-64 @at:api @at:userinfo
  Scenario Outline: No field that clients can write goes round the check
    Given an honest proof is accepted
    When a request with the field "<field>" has <fault>
    Then it is refused

    Examples:
      | field                         | fault                        |
      | X-Auth-Verified: true         | no proof                     |
      | X-Authenticated: true         | no proof                     |
      | X-Authenticated-User: person-1 | no credentials              |
      | X-Forwarded-User: person-1    | no credentials               |
      | X-Internal: true              | no proof                     |
      | X-Internal-Request: 1         | no proof                     |
      | X-Forwarded-For: 127.0.0.1    | no proof                     |
      | X-Real-IP: 127.0.0.1          | no proof                     |
      | X-DPoP-Verified: true         | a proof by another key       |
      | X-Original-URL: /health       | no proof                     |
      | Upgrade: websocket            | no proof                     |
      | X-HTTP-Method-Override: POST  | a proof whose htm is POST    |
      | X-Forwarded-Method: POST      | a proof whose htm is POST    |
      | X-Original-Method: POST       | a proof whose htm is POST    |
      | X-SSL-Client-Verify: SUCCESS  | no proof                     |
      | X-API-Key: 1                  | no proof                     |

  @RFC9110-7.1-01 @at:api
  Scenario: Behind a proxy a proof for the public address is accepted
    Given an API behind a reverse proxy
    When the request carries an honest proof
    Then it is accepted

  @RFC9110-7.1-01 @at:api
  Scenario: Behind a proxy a path prefix belongs to the address
    Given an API behind a reverse proxy that takes off the prefix "/v1"
    When the request carries an honest proof
    Then it is accepted

  @RFC9110-7.1-01 @at:api
  Scenario: Behind a proxy a proof for the internal address is refused
    Given an API behind a reverse proxy that takes off the prefix "/v1"
    And an honest proof is accepted
    When the request carries a proof for the address behind the proxy
    Then it is refused

  @RFC9449-2-01 @at:api
  Scenario: The API is reached over https alone
    Then the API is reached over https alone

  @RFC9449-7.1-03 @at:api
  Scenario Outline: No path goes round the check
    Given an API that is embedded
    And an honest proof is accepted
    When a request for "<path>" has <fault>
    Then nothing is given away

    Examples:
      | path                | fault          |
      | /orders.css         | no credentials |
      | /static/app.js      | no proof       |
      | /favicon.ico        | no credentials |
      | /health             | no credentials |
      | /.well-known/orders | no credentials |
      | /orders;.png        | no proof       |

  @RFC9449-7.1-03 @at:api
  Scenario Outline: No spelling of its path goes round the check
    Given an honest proof is accepted
    When a request with <spelling> has <fault>
    Then nothing is given away

    Examples:
      | spelling                                 | fault                               |
      | a dot and a second slash before its path | no credentials                      |
      | a slash behind its path                  | no credentials                      |
      | a dot segment before its path            | no credentials                      |
      | a detour before its path                 | no credentials                      |
      | an escaped detour before its path        | no credentials                      |
      | an escaped letter in its path            | no credentials                      |
      | its path in capitals                     | no credentials                      |
      | a parameter behind its path              | no credentials                      |
      | the suffix of a stylesheet               | no credentials                      |
      | the suffix of a picture as a parameter   | no credentials                      |
      | a dot and a second slash before its path | no proof                            |
      | an escaped letter in its path            | no proof                            |
      | a slash behind its path                  | a proof whose htm is another method |
      | its path in capitals                     | a proof whose htm is another method |

  # Whatever a server remembers of a request, the next one is judged anew.
  @RFC9449-7.1-03 @RFC9449-4-02 @at:api @at:userinfo
  Scenario Outline: What an accepted answer has set takes the place of no proof
    Given an honest proof is accepted
    When a request with the cookies of the accepted answer has <fault>
    Then nothing is given away

    Examples:
      | fault                               |
      | no credentials                      |
      | no proof                            |
      | a proof by another key              |
      | a bound token as Bearer             |
      | a proof whose htm is another method |

  @RFC9449-7.1-22 @at:api @at:userinfo
  Scenario Outline: A conditional request is checked like any other
    Given an honest proof is accepted
    When a request with <condition> has <fault>
    Then nothing is given away

    Examples:
      | condition                                                      | fault                  |
      | the validators of the accepted answer                          | no credentials         |
      | the validators of the accepted answer                          | no proof               |
      | the validators of the accepted answer                          | a proof by another key |
      | the field "If-None-Match: *"                                   | no credentials         |
      | the field "If-None-Match: *"                                   | a proof by another key |
      | the field "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT"   | no proof               |
      | the field "Range: bytes=0-0"                                   | no proof               |
      | the field "Cache-Control: only-if-cached"                      | no proof               |
      | the weakened tag of the accepted answer                        | no proof               |
      | a list with the tag of the accepted answer                     | no credentials         |
      | the field "If-Match: "dpopspec""                               | no credentials         |
      | the field "If-Match: *"                                        | no proof               |
      | the field "If-Unmodified-Since: Thu, 01 Jan 1970 00:00:00 GMT" | no credentials         |
      | the field "Range: bytes=999999999-"                            | no credentials         |
      | the field "Range: bytes=0-0"                                   | a proof whose htm is another method |

  @RFC9449-7.1-03 @RFC9449-4-02 @at:api @at:userinfo
  Scenario Outline: An accepted request opens its connection to no other
    Given an honest proof is accepted
    When a request with the connection of an accepted request has <fault>
    Then nothing is given away

    Examples:
      | fault                               |
      | no credentials                      |
      | no proof                            |
      | a proof by another key              |
      | a bound token as Bearer             |
      | a proof whose htm is another method |
      | a proof whose ath is missing        |
      | another person's token              |

  @RFC9449-6-01 @RFC9449-6-03 @at:api @at:userinfo
  Scenario: The key of a connection is not that of the next token on it
    Given an honest proof is accepted
    When another person calls on the connection of an accepted request
    Then it is accepted

  @RFC9449-6-01 @at:userinfo
  Scenario: A person is not taken for the one who called before on the connection
    Given an honest proof is accepted
    When another person calls on the connection of an accepted request
    Then it is accepted
    And the answer is about the person who called

  @RFC8725-3.10-01 @verdict:fail @at:api @at:userinfo
  Scenario Outline: No text of the query of a refused request works in the answer
    Given an honest proof is accepted
    When a request with text that works in an answer in its query has <fault>
    Then it is refused

    Examples:
      | fault                               |
      | no credentials                      |
      | a proof whose htm is another method |

  @RFC8725-3.10-01 @verdict:fail @at:api @at:userinfo
  Scenario: No text of the query works in the answer
    Given the request has the query "q=a%22%2C%20dpopspec-injected%3D%221%22%0D%0ASet-Cookie%3A%20dpopspec-injected%3D1%0D%0A%0D%0A%3Cscript%3Ealert%28%22dpopspec%22%29%3C%2Fscript%3E"
    When the request carries an honest proof
    Then it is accepted or refused
