Feature: The nonce retry of a client that follows the documentation of the SDK
  The documentation: a nonce error is answered by itself, once, after the configured delay with optional jitter.

  Background:
    Given the client follows the documentation of the SDK

  @client @AUTH0-RET-01
  Scenario: A challenge of the API is answered once, with the same body
    Given the API challenges the client once
    When the client uses the API
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

  @client @AUTH0-RET-02
  Scenario Outline: A challenge of the token endpoint is answered, and nothing is lost
    Given the token endpoint challenges the client once
    When the client obtains a token by "<grant>"
    Then the client succeeds
    And every proof is new

    Examples:
      | grant                                           |
      | authorization_code                              |
      | client_credentials                              |
      | refresh_token                                   |
      | urn:ietf:params:oauth:grant-type:token-exchange |

  @client @AUTH0-RET-02
  Scenario: A challenge of a refresh is answered, and the refresh token is not lost
    Given the client holds a token by login
    And the token endpoint challenges the client once
    When the client obtains a token
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds

  @client @AUTH0-RET-03
  Scenario: The wait before the retry is the configured delay
    Given the client waits 200 milliseconds before a retry, without jitter
    And the API challenges the client once
    When the client uses the API
    Then the client waited 200 milliseconds

  @client @AUTH0-RET-04
  Scenario: Jitter varies the wait between half the delay and the delay
    Given the client waits 200 milliseconds before a retry, with jitter
    When the client is challenged 200 times
    Then the client waited between 100 and 200 milliseconds, not always the same

  @client @AUTH0-RET-05
  Scenario: The delay is 100 milliseconds with jitter by default
    When the client is challenged 60 times
    Then the client waited between 50 and 100 milliseconds, not always the same

  @client @AUTH0-RET-05
  Scenario Outline: Delay and jitter are taken from the environment
    Given the variable AUTH0_RETRY_DELAY is "400"
    And the variable AUTH0_RETRY_JITTER is "<word>"
    When the client is challenged 20 times
    Then <waits>

    Examples:
      | word  | waits                                                                        |
      | TRUE  | the client waited between 200 and 400 milliseconds, not always the same |
      | 1     | the client waited between 200 and 400 milliseconds, not always the same |
      | yes   | the client waited between 200 and 400 milliseconds, not always the same |
      | false | the client waited 400 milliseconds                                           |

  @client @AUTH0-RET-05
  Scenario Outline: An unknown word is refused, not read as false
    Given the variable <variable> is "<word>"
    When the client obtains a token
    Then the client reports an error

    Examples:
      | variable           | word  |
      | AUTH0_RETRY_JITTER | maybe |
      | AUTH0_RETRY_JITTER | ja    |
      | AUTH0_RETRY_DELAY  | soon  |
      | AUTH0_RETRY_DELAY  | -1    |

  @client @AUTH0-RET-06
  Scenario Outline: A challenge that never ends is reported after two requests
    Given the <endpoint> challenges the client for ever with new nonces
    When the client uses the <endpoint>
    Then the client stops after at most 2 requests
    And the client reports an error
    And the client's error speaks of the nonce

    Examples:
      | endpoint       |
      | token endpoint |
      | API            |

  @client @AUTH0-RET-07
  Scenario: After one challenge the nonce is used from then on
    Given the API demands nonces of the client
    When the client fetches from the API 10 times
    Then the client was challenged once by each server

  @client @AUTH0-RET-07
  Scenario: Each API has its own nonce
    Given the API demands nonces of the client
    And the other API demands nonces of the client
    When the client fetches from the API
    And the client fetches from the other API
    And the client fetches from the API
    And the client fetches from the other API
    Then the client was challenged once by each server

  @client @AUTH0-RET-08
  Scenario Outline: The forms of challenges met in the field are understood
    Given the API challenges the client in the form "<form>"
    When the client uses the API
    Then the client repeats the request once with the nonce and a new proof

    Examples:
      | form                                |
      | status 400                          |
      | in a JSON body alone                |
      | a Bearer challenge before it        |
      | a Bearer challenge in a line before |
      | a Bearer challenge after it         |
      | the scheme in lower case            |

  @client @AUTH0-RET-08
  Scenario: A nonce that has become old is replaced
    Given the API challenges the client once its nonce is old
    When the client uses the API
    And the client uses the API again
    Then the client repeats the request once with the nonce and a new proof

  @client @AUTH0-RET-08
  Scenario: A challenge without a nonce fails cleanly
    Given the API challenges the client for ever without a nonce
    When the client uses the API
    Then the client stops after at most 2 requests
    And the client fails cleanly

  @client @AUTH0-RET-09
  Scenario: A challenge of the API costs no second refresh
    Given the client holds a token by login
    And the API challenges the client once
    When the client fetches from the API with a refreshed token
    Then the latest call sends one refresh request
    And the client succeeds

  @client @AUTH0-RET-10
  Scenario: A longer delay cures a server that is slow to know its nonce
    Given the API knows its nonces 400 milliseconds after it gives them
    And the client waits 500 milliseconds before a retry, without jitter
    When the client fetches from the API
    Then the client succeeds

  @client @AUTH0-RET-10
  Scenario: A delay that is too short for a slow server is told
    Given the API knows its nonces 40 seconds after it gives them
    When the client fetches from the API
    Then the client's error speaks of the nonce
