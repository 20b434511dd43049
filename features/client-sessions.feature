Feature: A client over time
  RFC 9449 §5, §7 and §10: two users of one client, a process that ends in the middle of a login, a logout, a body that
  can be read once, and the userinfo endpoint.

  @client @RFC9449-7-01
  Scenario: Each user's calls go with the tokens and the key of that user
    Given the client calls for two users
    When the client calls for each in turn, twice
    Then each call keeps its own token
    And every proof is by the key of its access token

  @client @RFC9449-7-01
  Scenario: Two users whose keys the client makes by itself do not exchange them
    Given the client signs with a key pair of its own making
    And the client calls for two users
    When the client calls for each in turn, twice
    Then each call keeps its own token
    And every proof is by the key of its access token

  @client @RFC9449-7-01
  Scenario Outline: A refresh for one user leaves the other's token as it is
    Given the client calls for two users
    When the client refreshes the token of the <user>
    And the client calls for each in turn, twice
    Then each call keeps its own token
    And every proof is by the key of its access token

    Examples:
      | user        |
      | first user  |
      | second user |

  @client @RFC9449-10-07
  Scenario Outline: A login goes on in another process with the key that it began with
    When the client <signs in>, and is started anew before the user is back
    Then every proof is by one key
    And dpop_jkt is the thumbprint of the key of the proofs
    And the client succeeds

    Examples:
      | signs in                          |
      | signs in                          |
      | signs in through a pushed request |

  @client @RFC9449-10-07
  Scenario Outline: Two logins that are under way at once keep what belongs to each
    Given the client signs with <key>
    When two users sign in at the same time
    Then each login is redeemed with what it began with

    Examples:
      | key                          |
      | the key of its environment   |
      | a key pair of its own making |

  @client @RFC7009-1-01
  Scenario: After a logout the tokens of the session are used no more
    Given the client holds a token by login
    When the client fetches from the API
    And the client's user signs out
    And the client calls the API all the same
    Then no token of before the logout is sent after it

  @client @RFC7009-1-01
  Scenario: The logout of one user leaves the other signed in
    Given the client calls for two users
    When the client calls for each in turn, twice
    And the client logs the first user out
    And the client calls for the first user
    And the client calls for the second user
    Then no token of before the logout is sent after it
    And the call for the second user goes with a token of that user

  @client @RFC9449-9-03
  Scenario Outline: A body that can be read once is sent whole again, or not at all
    Given the API <does>
    When the client fetches "POST /orders" with a body to be read once
    Then the API gets the whole body, or the client reports an error

    Examples:
      | does                                                         |
      | challenges the client once                                   |
      | redirects the client to another path with the status 307     |
      | answers the client with the status 503                       |

  @client @RFC9449-7-01
  Scenario: A userinfo request carries token and proof
    When the client asks for userinfo
    Then every userinfo request carries a bound token and a proof
    And every userinfo request carries one Authorization field with the scheme DPoP

  @client @RFC9449-7-02 @RFC9449-4.2-08
  Scenario: The proof of a userinfo request is made for it
    When the client asks for userinfo
    Then every proof has the hash of its access token at the API
    And every proof names the method of its request
    And every proof names the URI of its request
    And every proof is by the key of its access token

  @client @RFC9449-7.2-09
  Scenario: A bound token is not sent to the userinfo endpoint as Bearer after a refusal
    Given the userinfo endpoint refuses the proof of the client
    When the client asks for userinfo
    Then the client sends bound tokens or none

  @client @RFC9449-9-03
  Scenario: A challenge of the userinfo endpoint is answered with the same token
    Given the userinfo endpoint challenges the client once
    When the client asks for userinfo
    Then the client repeats the request once with the nonce and a new proof
    And the client succeeds
