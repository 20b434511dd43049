Feature: A client and the nonces of its servers
  RFC 9449 §8 and §9: a client answers a challenge with the nonce it was given, keeps the newest of each server, and
  gives up when a server never has enough.

  @client @RFC9449-8-09
  Scenario Outline: A challenge of the authorization server is answered with the nonce and a new proof
    Given the <endpoint> challenges the client once
    When the client uses the <endpoint>
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

    Examples:
      | endpoint       |
      | token endpoint |
      | PAR endpoint   |

  @client @RFC9449-8-09
  Scenario: A client assertion is made anew for the repetition
    Given the client authenticates by a signed assertion
    And the token endpoint challenges the client once
    When the client uses the token endpoint
    Then the client repeats the request once with the nonce and a new proof

  @client @FAPI2-5.3.3.1-05
  Scenario: A client assertion is for the issuer alone
    Given the client authenticates by a signed assertion
    When the client uses the token endpoint
    Then every client assertion is for the issuer alone

  @client @RFC9449-9-03
  Scenario: A challenge of the API is answered with the same token and body
    Given the API challenges the client once
    When the client uses the API
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

  @client @RFC9449-9-03 @HAIP-4-01
  Scenario: A client works where both servers demand nonces
    Given the token endpoint demands nonces of the client
    And the API demands nonces of the client
    And the client holds a token
    When the client uses the API
    And the client uses the token endpoint
    And the client uses the API again
    Then the client succeeds

  @client @RFC9449-8-10
  Scenario Outline: A client gives up when it is challenged for ever
    Given the <endpoint> challenges the client <how>
    When the client uses the <endpoint>
    Then the client stops after at most 5 requests
    And the client fails cleanly

    Examples:
      | endpoint          | how                      |
      | token endpoint    | for ever with new nonces |
      | token endpoint    | for ever with one nonce  |
      | PAR endpoint      | for ever with new nonces |
      | API               | for ever with new nonces |
      | API               | for ever with one nonce  |
      | userinfo endpoint | for ever with new nonces |

  @client @RFC9449-8-11
  Scenario Outline: A client whose nonce is old answers the new challenge
    Given the <endpoint> challenges the client once its nonce is old
    When the client uses the <endpoint>
    And the client uses the <endpoint> again
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

    Examples:
      | endpoint       |
      | token endpoint |
      | API            |

  @client @RFC9449-8-12
  Scenario Outline: A nonce is returned byte for byte
    Given the <endpoint> challenges the client with a nonce that <kind>
    When the client uses the <endpoint>
    Then the client repeats the request once with the nonce and a new proof

    Examples:
      | endpoint       | kind                                      |
      | token endpoint | has every character that a nonce may have |
      | token endpoint | has 2048 characters                       |
      | token endpoint | is a JWT                                  |
      | API            | has every character that a nonce may have |
      | API            | has 2048 characters                       |
      | API            | ends with equals signs                    |
      | API            | has percent signs and a plus              |
      | API            | has one character                         |
      | API            | is in upper and lower case                |

  @client @RFC9449-8-14
  Scenario Outline: A challenge without a nonce fails cleanly
    Given the <endpoint> challenges the client for ever without a nonce
    When the client uses the <endpoint>
    Then the client stops after at most 2 requests
    And the client fails cleanly
    And every proof is well-formed, whatever the nonce

    Examples:
      | endpoint          |
      | token endpoint    |
      | PAR endpoint      |
      | API               |
      | userinfo endpoint |

  @client @RFC9449-5-01
  Scenario: A client that cannot meet a challenge does not ask for an unbound token
    Given the token endpoint challenges the client for ever without a nonce
    When the client uses the token endpoint
    Then every token request carries a proof

  # Whoever repeats what any rejection brings a nonce with is not judged here, but warned of by RFC9449-8-18.
  @client @RFC9449-8-15 @id:an-error-that-is-no-challenge-is-not-answered-though-a-nonce-comes-with-it
  Scenario Outline: An error that only looks like a challenge is not taken for one
    Given the token endpoint refuses the client once in the form "<error>"
    When the client uses the token endpoint
    Then the client does not take the refusal for a challenge
    And the client reports an error

    Examples:
      | error                                  |
      | a text that is not JSON                |
      | use_dpop_nonce in its description      |
      | use_dpop_nonce as the name of a member |
      | use_dpop_nonce in an object            |
      | another error that begins so           |

  @client @RFC9449-8-15
  Scenario Outline: An error of the PAR endpoint that only looks like a challenge is not taken for one
    Given the PAR endpoint refuses the client once in the form "<error>"
    When the client uses the PAR endpoint
    Then the client does not take the refusal for a challenge
    And the client reports an error

    Examples:
      | error                                  |
      | a text that is not JSON                |
      | use_dpop_nonce in its description      |
      | use_dpop_nonce as the name of a member |

  # RFC 6749 §4.1.2: "The client MUST NOT use the authorization code more than once." With use_dpop_nonce the server has
  # not come to the code; with invalid_grant it has.
  @client @RFC9449-8-15
  Scenario: A code that was refused is not sent again, though a nonce comes with the refusal
    Given the token endpoint refuses the client once in the form "invalid_grant"
    When the client obtains a token by "authorization_code"
    Then no authorization code that was refused is sent again

  @client @RFC9449-8-18 @id:an-error-that-is-no-challenge-is-not-answered-though-a-nonce-comes-with-it
  Scenario Outline: An error that is no challenge is not answered, though a nonce comes with it
    Given the token endpoint refuses the client once in the form "<error>"
    When the client uses the token endpoint
    Then the client repeats no request
    And the client reports an error

    Examples:
      | error              |
      | invalid_grant      |
      | invalid_client     |
      | invalid_dpop_proof |

    # RFC 6749 §1.9: names and values are case sensitive; but this is a form of the words that were meant.
    Examples:
      | error                                     |
      | use_dpop_nonce in letters of another case |

    # RFC 9449 §8 has the status 400; it is the code that says what is meant.
    @verdict:info
    Examples:
      | error                             |
      | use_dpop_nonce and the status 500 |

  @client @RFC9449-8-18
  Scenario: A refresh that was refused is not repeated, though a nonce comes with the refusal
    Given the client holds a token by login
    And the token endpoint refuses the client once in the form "invalid_grant"
    When the client obtains a token
    Then the client repeats no request
    And the client reports an error

  @client @RFC9449-8-18
  Scenario: An error of the PAR endpoint that is no challenge is not answered, though a nonce comes with it
    Given the PAR endpoint refuses the client once in the form "invalid_request"
    When the client uses the PAR endpoint
    Then the client repeats no request
    And the client reports an error

  @client @RFC9449-8-15
  Scenario: A nonce that comes with another error is kept
    Given the token endpoint refuses the client once in the form "invalid_scope"
    When the client uses the token endpoint
    And the client uses the token endpoint again
    Then every proof carries the newest nonce of its server

  @client @RFC9449-8.1-02
  Scenario Outline: What is no nonce does no harm
    Given the <endpoint> hands the client a malformed nonce: <nonce>
    When the client uses the <endpoint>
    And the client uses the <endpoint> again
    Then every proof is well-formed, whatever the nonce
    And every proof is one token68 in a field of its own

    Examples:
      | endpoint       | nonce                |
      | token endpoint | an empty one         |
      | token endpoint | one with a quote     |
      | token endpoint | two lines            |
      | API            | an empty one         |
      | API            | one with a blank     |
      | API            | one with a quote     |
      | API            | one with a backslash |
      | API            | one beyond ASCII     |
      | API            | one with a tab       |
      | API            | two lines            |

  @client @RFC9449-8.2-01
  Scenario: The nonce of a success replaces the one before at the token endpoint
    Given the token endpoint hands the client a new nonce with every answer
    When the client uses the token endpoint
    And the client uses the token endpoint again
    And the client uses the token endpoint again
    Then every proof carries the newest nonce of its server

  @client @RFC9449-8.2-01
  Scenario: The nonce of a login goes into the refresh
    Given the token endpoint hands the client a new nonce with every answer
    When the client obtains a token by "refresh_token"
    Then every proof carries the newest nonce of its server

  @client @RFC9449-8.2-02
  Scenario Outline: The nonce that comes with the repeated request's answer is kept
    Given the <endpoint> challenges the client and gives another nonce with its success
    When the client uses the <endpoint>
    And the client uses the <endpoint> again
    Then every proof carries the newest nonce of its server

    Examples:
      | endpoint          |
      | token endpoint    |
      | API               |
      | userinfo endpoint |

  @client @RFC9449-8.2-02 @RFC9449-9-08
  Scenario Outline: The nonce that comes when the repetition fails is kept
    Given the <endpoint> challenges the client and <fails> the repetition with another nonce
    When the client uses the <endpoint>
    And the client uses the <endpoint> again
    Then every proof carries the newest nonce of its server

    Examples:
      | endpoint          | fails      |
      | token endpoint    | refuses    |
      | token endpoint    | challenges |
      | API               | refuses    |
      | API               | challenges |
      | userinfo endpoint | refuses    |
      | userinfo endpoint | challenges |

  @client @RFC9449-8.2-01 @RFC9449-8-11
  Scenario: A refresh that is challenged takes the new nonce, not that of the login
    Given the token endpoint challenges the client once its nonce is old
    When the client obtains a token by "refresh_token"
    Then every proof carries the newest nonce of its server
    And the client succeeds

  @client @RFC9449-8.2-03
  Scenario Outline: An answer without a nonce leaves the one before in place
    Given the <endpoint> hands the client a nonce with its first answer
    When the client uses the <endpoint>
    And the client uses the <endpoint> again
    And the client uses the <endpoint> again
    Then every proof carries the newest nonce of its server

    Examples:
      | endpoint       |
      | token endpoint |
      | API            |

  @client @RFC9449-9-04
  Scenario: The nonces of authorization server and API are kept apart
    Given the token endpoint hands the client a new nonce with every answer
    And the API hands the client a new nonce with every answer
    When the client uses the token endpoint
    And the client uses the API
    And the client uses the token endpoint again
    And the client uses the API again
    Then every proof carries no nonce of another server

  @client @RFC9449-9-04
  Scenario: The nonce of an API is not for an authorization server that gave none
    Given the API challenges the client once
    When the client uses the API
    And the client uses the token endpoint
    Then every proof carries no nonce of another server

  @client @RFC9449-9-05
  Scenario: Two APIs on one host have nonces of their own
    Given the API hands the client a new nonce with every answer
    And the other API hands the client a new nonce with every answer
    When the client fetches from the API
    And the client fetches from the other API
    And the client fetches from the API again
    And the client fetches from the other API
    Then every proof carries no nonce of another server
    And every proof at an API carries the newest nonce of its server

  @client @RFC9449-9-05
  Scenario: The nonce that one API asked for is not for another API
    Given the API challenges the client once
    And the other API challenges the client once
    When the client fetches from the API
    And the client fetches from the other API
    And the client fetches from the API again
    Then every proof carries no nonce of another server

  @client @RFC9449-9-05
  Scenario: APIs on two hosts have nonces of their own, though the port is the same
    Given the API hands the client a new nonce with every answer
    And the API on another host hands the client a new nonce with every answer
    When the client fetches from the API
    And the client fetches from the API on another host
    And the client fetches from the API again
    And the client fetches from the API on another host
    Then every proof carries no nonce of another server
    And every proof at an API carries the newest nonce of its server

  @client @RFC9449-9-05
  Scenario: The nonce of a server serves all its paths
    Given the API hands the client a new nonce with every answer
    When the client fetches "GET /orders"
    And the client fetches "GET /invoices?page=2"
    And the client fetches "POST /orders"
    Then every proof at an API carries the newest nonce of its server

  @client @RFC9449-9-06
  Scenario: The nonce of a login has nothing to do with DPoP's
    Given the token endpoint hands the client a new nonce with every answer
    When the client signs in
    And the client uses the token endpoint
    And the client signs in
    Then the nonce of the login is none of the DPoP nonces

  @client @RFC9449-9-08 @OID4VCI-8-01
  Scenario Outline: A nonce counts whatever the status of the answer
    Given the API hands the client a nonce with the status <status>
    When the client fetches from the API
    And the client fetches from the API again
    Then every proof carries the newest nonce of its server

    Examples:
      | status |
      | 200    |
      | 204    |
      | 304    |
      | 401    |
      | 403    |
      | 404    |
      | 429    |
      | 500    |
      | 503    |

  @client @RFC9449-8.2-01
  Scenario Outline: A nonce of the authorization server counts whatever the status of the answer
    Given the token endpoint hands the client a nonce with the status <status>
    When the client uses the token endpoint
    And the client uses the token endpoint again
    Then every proof carries the newest nonce of its server

    Examples:
      | status |
      | 400    |
      | 429    |
      | 500    |
      | 503    |

  @client @RFC9449-8.2-01
  Scenario: A nonce that comes with a failure that may pass replaces the one of a challenge
    Given the token endpoint challenges the client once
    And the token endpoint hands the client a nonce with the status 503
    When the client uses the token endpoint
    And the client uses the token endpoint again
    Then every proof carries the newest nonce of its server

  @client @RFC9449-8-09
  Scenario Outline: A challenge is answered whatever the grant
    Given the token endpoint challenges the client once
    When the client obtains a token by "<grant>"
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

    Examples:
      | grant                                           |
      | client_credentials                              |
      | authorization_code                              |
      | urn:ietf:params:oauth:grant-type:device_code    |
      | urn:ietf:params:oauth:grant-type:token-exchange |

  @client @RFC9449-8-09
  Scenario: A challenge of a refresh is answered, whatever else the client can do
    Given the token endpoint challenges the client once its nonce is old
    When the client obtains a token by "refresh_token"
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

  @client @ATPROTO-04
  Scenario: Where nonces are demanded, an answer without one is refused
    Given the token endpoint demands nonces of the client
    And the API demands nonces of the client
    And the client demands a nonce of every server
    And the client holds a token
    And the token endpoint gives the client no nonce with its success
    When the client obtains a token
    Then the client reports an error

  @client @OID4VCI-8-01 @HAIP-4-01
  Scenario: A nonce of the nonce endpoint is in the first proof for the issuer
    Given the API issues credentials and has a nonce endpoint
    When the client asks the nonce endpoint
    And the client fetches from the API
    Then every proof at an API carries the newest nonce of its server
